from django.db import migrations

MOVE = """
    INSERT INTO notices_notice (kind, subject, resident_id, facts, noted_at, outcome, attempts, next_try_at, tried_at,
        problem)
    SELECT CASE n.kind WHEN 'issued' THEN 'voucher_issued' WHEN 'expires_30' THEN 'voucher_month' ELSE 'voucher_week' END,
        n.voucher_id, v.resident_id, '{}', n.noted_at, CASE WHEN n.sent_at IS NULL THEN 'waiting' ELSE 'sent' END,
        CASE WHEN n.sent_at IS NULL THEN 0 ELSE 1 END, n.noted_at, n.sent_at, ''
    FROM vouchers_vouchernotice n JOIN vouchers_voucher v ON v.id = n.voucher_id
"""


class Migration(migrations.Migration):
    """Notices about vouchers move to their one place."""

    dependencies = [
        ('notices', '0001_initial'),
        ('vouchers', '0005_money'),
    ]

    operations = [
        migrations.RunSQL(MOVE, migrations.RunSQL.noop),
        migrations.DeleteModel(name='VoucherNotice'),
    ]
