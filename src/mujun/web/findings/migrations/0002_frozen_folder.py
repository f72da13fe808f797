from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("findings", "0001_initial")]

    operations = [
        migrations.AddField(
            "findingsrun",
            "folder",
            models.CharField(
                blank=True, default="", help_text="name under RUNS_ROOT; blank until rehearsed", max_length=100
            ),
            preserve_default=False,
        ),
        migrations.AddField("findingsrun", "digests", models.JSONField(default=dict)),
    ]
