"""Every reason we say no about merchants and their lists."""

from core.errors import Refusal


class FileRefused(Refusal):
    """The whole file cannot be read; no row of it was looked at."""

    code = "file_refused"
    status = 422
    sentence = "This file cannot be read."


class FileEmpty(FileRefused):
    """No bytes, or no cell with a value."""

    code = "file_empty"
    sentence = "The file is empty."


class FileTooLarge(FileRefused):
    """More bytes than we take."""

    code = "file_too_large"
    sentence = "The file is too large: %(limit)s MB is the most that can be read at once."


class FileEncrypted(FileRefused):
    """An OLE container with an EncryptedPackage."""

    code = "file_encrypted"
    sentence = "The workbook is protected by a password. Remove the password and upload it again."


class FileOldExcel(FileRefused):
    """The binary format before 2007."""

    code = "file_old_excel"
    sentence = "This is an old Excel file (.xls). Save it as an Excel workbook (.xlsx) and upload it again."


class FileMislabelled(FileRefused):
    """The name says one thing, the content another."""

    code = "file_mislabelled"
    sentence = "The file is named %(named)s but its content is %(found)s. Save it again as xlsx or csv."


class FileUnknown(FileRefused):
    """Neither a workbook nor text."""

    code = "file_unknown"
    sentence = "Only xlsx, csv and tsv files can be read."


class FileBroken(FileRefused):
    """The container or its XML is damaged."""

    code = "file_broken"
    sentence = "The file is damaged and cannot be opened. Open it in Excel, save it again and upload it."


class FileBomb(FileRefused):
    """Unpacks to far more than it should, or claims absurd dimensions."""

    code = "file_bomb"
    sentence = "The file unpacks to an unreasonable size and was not opened."


class FileHasMacros(FileRefused):
    """Carries code."""

    code = "file_has_macros"
    sentence = "The workbook contains macros. Save it as an Excel workbook without macros (.xlsx)."


class TooManyRows(FileRefused):
    """More rows or cells than we take at once."""

    code = "too_many_rows"
    sentence = "The list is too long: at most %(limit)s rows can be read at once. Split it into several files."


class TextUnreadable(FileRefused):
    """Text in no encoding that we know."""

    code = "text_unreadable"
    sentence = "The letters of the file cannot be read. Save it as CSV UTF-8 or as an Excel workbook (.xlsx)."


class NoHeader(FileRefused):
    """No sheet has a row of headings that we recognize."""

    code = "no_header"
    sentence = "No heading row was found. The first 20 rows need headings such as 상호 and 사업자등록번호."


class NotApprovable(Refusal):
    """What approval needs is missing."""

    code = "merchant_not_approvable"
    sentence = "%(merchant)s cannot be approved yet: %(missing)s."


class NoBankAccount(Refusal):
    """There is nothing to verify."""

    code = "no_bank_account"
    sentence = "%(merchant)s has no bank account yet."


class BankCheckedByItself(Refusal):
    """Who enters an account may not confirm it."""

    code = "bank_checked_by_itself"
    status = 403
    sentence = "Someone else has to confirm an account that you entered."


class ImportDone(Refusal):
    """The list was committed already."""

    code = "import_done"
    sentence = "This list was imported already."


class ListForgotten(Refusal):
    """The file is no longer kept."""

    code = "list_forgotten"
    status = 410
    sentence = "The file of this import is no longer kept. Upload it again."


class NotAMerchant(Refusal):
    """The account belongs to no merchant."""

    code = "not_a_merchant"
    status = 403
    sentence = "This page is for merchants. Ask the city hall to connect your account with your shop."
