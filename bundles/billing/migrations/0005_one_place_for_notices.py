from django.db import migrations

MOVE = """
    INSERT INTO notices_notice (kind, subject, resident_id, facts, noted_at, outcome, attempts, next_try_at, tried_at,
        problem)
    SELECT n.kind, n.cycle_id, s.resident_id, '{}', n.noted_at, CASE WHEN n.sent_at IS NULL THEN 'waiting' ELSE 'sent' END,
        CASE WHEN n.sent_at IS NULL THEN 0 ELSE 1 END, n.noted_at, n.sent_at, ''
    FROM billing_notice n JOIN subscriptions_cycle c ON c.id = n.cycle_id
    JOIN subscriptions_subscription s ON s.id = c.subscription_id
"""


class Migration(migrations.Migration):
    """Notices move to their one place."""

    dependencies = [
        ('notices', '0001_initial'),
        ('subscriptions', '0005_gifts'),
        ('billing', '0004_setting'),
    ]

    operations = [
        migrations.RunSQL(MOVE, migrations.RunSQL.noop),
        migrations.DeleteModel(name='Notice'),
    ]
