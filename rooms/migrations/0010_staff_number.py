from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('rooms', '0009_former_phones'),
    ]

    operations = [
        migrations.AddField(
            model_name='property',
            name='staff_number',
            field=models.CharField(blank=True, default='', max_length=1),
        ),
    ]
