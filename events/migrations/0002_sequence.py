from django.db import migrations


class Migration(migrations.Migration):
    """The source of ``Event.sequence``: it never gives a number twice, whatever is pruned."""

    dependencies = [("events", "0001_initial")]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE events_sequence", "DROP SEQUENCE events_sequence"),
    ]
