"""The report secret is stored encrypted, and found by a keyed digest."""

from django.db import migrations, models

import hotelpbx.secrets
import pbx.models.pbx
from hotelpbx.secrets import decrypt, encrypt, keyed_digest


def hide(apps, schema_editor):
    pbxs = apps.get_model("pbx", "Pbx").objects
    for pk, secret in pbxs.values_list("pk", "report_secret"):
        pbxs.filter(pk=pk).update(
            report_secret=encrypt(secret), report_digest=keyed_digest(secret)
        )


def show(apps, schema_editor):
    pbxs = apps.get_model("pbx", "Pbx").objects
    for pk, stored in pbxs.values_list("pk", "report_secret"):
        pbxs.filter(pk=pk).update(report_secret=decrypt(stored))


class Migration(migrations.Migration):
    dependencies = [("pbx", "0007_entrusted")]

    operations = [
        migrations.AddField(
            "pbx", "report_digest", models.CharField(max_length=64, null=True, editable=False)
        ),
        migrations.AlterField("pbx", "report_secret", models.TextField()),
        migrations.RunPython(hide, show),
        migrations.AlterField(
            "pbx",
            "report_secret",
            hotelpbx.secrets.EncryptedTextField(default=pbx.models.pbx.new_report_secret),
        ),
        migrations.AlterField(
            "pbx",
            "report_digest",
            models.CharField(max_length=64, unique=True, editable=False),
        ),
    ]
