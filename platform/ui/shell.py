"""What stands around every page: the mall's name, its navigation and the statutory footer.

`ui` knows no mall; the app that does gives a provider in its AppConfig.ready().
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Link:
    """A place to go; `at` says that we are there."""

    label: str
    href: str
    at: bool = False


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One line of the footer, such as 사업자등록번호; `href` where it can be checked."""

    label: str
    value: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Shell:
    """Names, links and disclosures (전자상거래법 §10, §20①) of the site a page belongs to."""

    name: str = "고을"
    line: str = ""
    home: str = "/"
    search: str = ""
    theme: str = "/theme.css"
    is_demo: bool = False
    nav: tuple[Link, ...] = ()
    person: tuple[Link, ...] = ()
    legal: tuple[Link, ...] = ()
    operator: str = ""
    disclosures: tuple[Disclosure, ...] = ()
    notice: str = ""
    logged_in: bool = False
    extra: dict[str, str] = field(default_factory=dict)


Provider = Callable[[HttpRequest], Shell | None]
_providers: list[Provider] = []


def provide(provider: Provider) -> None:
    """Let an app say what stands around the pages of a request; the last one that answers wins."""
    if provider not in _providers:
        _providers.append(provider)


def shell_of(request: HttpRequest | None) -> Shell:
    """The shell of a request; a bare one where nobody answers (no tenant, error before it is known)."""
    if request is not None:
        for provider in reversed(_providers):
            shell = provider(request)
            if shell is not None:
                return shell
    return Shell()
