from django.db import migrations, models
from django.db.models import F


def known_from_the_last_fetch(apps, schema_editor):
    """Nobody wrote down when a house was connected: what was fetched so far is done with."""
    link = apps.get_model("pbx", "PbxLink")
    link.objects.filter(records_until__isnull=False).update(records_from=F("records_until"))


class Migration(migrations.Migration):
    dependencies = [("pbx", "0004_old_rows")]

    operations = [
        migrations.AddField(
            model_name="pbxlink",
            name="records_from",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="pbxlink",
            name="day_compared_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunPython(known_from_the_last_fetch, migrations.RunPython.noop),
    ]
