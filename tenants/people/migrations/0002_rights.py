"""Changes of rights and recovery codes; neither record of people is ever changed or deleted, which the database sees to."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARD = """
CREATE FUNCTION people_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
    RAISE EXCEPTION 'records of access and rights are never changed: % on %', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$guard$;
CREATE TRIGGER people_rightsrecord_unchanged BEFORE UPDATE OR DELETE ON people_rightsrecord
    FOR EACH ROW EXECUTE FUNCTION people_refuse_change();
CREATE TRIGGER people_accessrecord_unchanged BEFORE UPDATE OR DELETE ON people_accessrecord
    FOR EACH ROW EXECUTE FUNCTION people_refuse_change();
"""
UNGUARD = """
DROP TRIGGER people_accessrecord_unchanged ON people_accessrecord;
DROP TRIGGER people_rightsrecord_unchanged ON people_rightsrecord;
DROP FUNCTION people_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name='RightsRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_index=True, verbose_name='at')),
                ('by_id', models.BigIntegerField(null=True, verbose_name='done by')),
                ('by_name', models.CharField(max_length=150, verbose_name='done by')),
                ('user_id', models.BigIntegerField(db_index=True, verbose_name='user')),
                ('user_name', models.CharField(max_length=150, verbose_name='name')),
                ('email', models.EmailField(max_length=254, verbose_name='e-mail')),
                ('change', models.CharField(choices=[('invited', 'invited'), ('withdrawn', 'invitation withdrawn'), ('granted', 'right given'), ('removed', 'right taken away'), ('deactivated', 'account closed'), ('reactivated', 'account opened again'), ('second_factor_reset', 'second factor reset')], max_length=20, verbose_name='change')),
                ('right', models.CharField(blank=True, max_length=120, verbose_name='right')),
            ],
            options={
                'verbose_name': 'change of rights',
                'verbose_name_plural': 'changes of rights',
                'ordering': ('-id',),
                'permissions': (('manage_staff', 'Can invite staff and change their duties'),),
            },
        ),
        migrations.CreateModel(
            name='RecoveryCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code_hash', models.CharField(max_length=64)),
                ('used_at', models.DateTimeField(null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recovery_codes', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'recovery code',
                'verbose_name_plural': 'recovery codes',
                'constraints': [models.UniqueConstraint(fields=('user', 'code_hash'), name='recovery_code_once')],
            },
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
