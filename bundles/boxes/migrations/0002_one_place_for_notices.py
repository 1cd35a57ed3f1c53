from django.db import migrations

MOVE = """
    INSERT INTO notices_notice (kind, subject, resident_id, facts, noted_at, outcome, attempts, next_try_at, tried_at,
        problem)
    SELECT 'short', h.id, s.resident_id, '{}', h.told_at, 'sent', 1, h.told_at, h.told_at, ''
    FROM boxes_share h JOIN subscriptions_cycle c ON c.id = h.cycle_id
    JOIN subscriptions_subscription s ON s.id = c.subscription_id WHERE h.told_at IS NOT NULL
"""


class Migration(migrations.Migration):
    """What was told of shortages moves to the one place of notices."""

    dependencies = [
        ('notices', '0001_initial'),
        ('subscriptions', '0005_gifts'),
        ('boxes', '0001_initial'),
    ]

    operations = [
        migrations.RunSQL(MOVE, migrations.RunSQL.noop),
        migrations.RemoveField(model_name='share', name='told_at'),
    ]
