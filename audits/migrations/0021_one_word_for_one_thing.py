"""The mildest answer is called like the mildest grade; questions that were asked twice are worded
anew."""

from django.db import migrations, models

from audits.migrations import _rows

class Migration(migrations.Migration):

    dependencies = [
        ('audits', '0020_grades_by_agency'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='correctionrule',
            options={'verbose_name': 'quy tắc xử lý sự không phù hợp'},
        ),
        migrations.AlterModelOptions(
            name='historicalcorrectionrule',
            options={'get_latest_by': ('history_date', 'history_id'), 'ordering': ('-history_date', '-history_id'), 'verbose_name': 'historical quy tắc xử lý sự không phù hợp', 'verbose_name_plural': 'historical quy tắc xử lý sự không phù hợps'},
        ),
        migrations.AlterField(
            model_name='answer',
            name='result',
            field=models.CharField(choices=[('conforms', 'Phù hợp'), ('observation', 'Điểm lưu ý'), ('nonconformity', 'Không phù hợp'), ('not_applicable', 'Không áp dụng'), ('not_checked', 'Chưa kiểm tra')], max_length=15, verbose_name='kết quả'),
        ),
        migrations.AlterField(
            model_name='historicalsetaside',
            name='result',
            field=models.CharField(blank=True, choices=[('conforms', 'Phù hợp'), ('observation', 'Điểm lưu ý'), ('nonconformity', 'Không phù hợp'), ('not_applicable', 'Không áp dụng'), ('not_checked', 'Chưa kiểm tra')], max_length=15, verbose_name='kết quả'),
        ),
        migrations.AlterField(
            model_name='setaside',
            name='result',
            field=models.CharField(blank=True, choices=[('conforms', 'Phù hợp'), ('observation', 'Điểm lưu ý'), ('nonconformity', 'Không phù hợp'), ('not_applicable', 'Không áp dụng'), ('not_checked', 'Chưa kiểm tra')], max_length=15, verbose_name='kết quả'),
        ),
        migrations.RunPython(_rows.reword_questions, migrations.RunPython.noop),
    ]
