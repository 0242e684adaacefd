"""All tables of the application as they are after the migrations that this one replaces, for a fresh database."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from search.migrations import _rows
from qms.migration_tables import MakeTables


class Migration(migrations.Migration):

    replaces = [
        ('search', '0001_initial'),
        ('search', '0002_searching'),
        ('search', '0003_starter_synonyms'),
        ('search', '0004_saved_searches'),
        ('search', '0005_tables_history'),
        ('search', '0006_listing_facets'),
    ]

    initial = True

    dependencies = [
        ('qms', '0002_squashed_0016_invitations'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        MakeTables(
            operations=[
                migrations.CreateModel(
                    name='Pending',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('source', models.CharField(max_length=60)),
                        ('object_id', models.BigIntegerField()),
                        ('made_at', models.DateTimeField(auto_now_add=True)),
                        ('tries', models.PositiveIntegerField(default=0)),
                        ('error', models.TextField(blank=True)),
                        ('set_aside', models.BooleanField(default=False, verbose_name='gác lại')),
                        ('done', models.BooleanField(default=False)),
                        ('next_try', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'ordering': ['pk'],
                        'indexes': [models.Index(fields=['done', 'set_aside', 'id'], name='search_pending_queue')],
                        'verbose_name': 'mục chờ lập chỉ mục',
                        'verbose_name_plural': 'mục chờ lập chỉ mục',
                    },
                ),
                migrations.CreateModel(
                    name='BestBet',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('text', models.CharField(max_length=200, verbose_name='câu hỏi')),
                        ('words', models.CharField(db_index=True, editable=False, max_length=200)),
                        ('origin', models.CharField(max_length=120, verbose_name='kết quả')),
                        ('changed_at', models.DateTimeField(auto_now=True)),
                        ('agency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='qms.agency', verbose_name='cơ quan')),
                        ('place', models.PositiveSmallIntegerField(default=1, verbose_name='thứ tự')),
                    ],
                    options={
                        'verbose_name': 'kết quả ưu tiên',
                        'verbose_name_plural': 'kết quả ưu tiên',
                        'ordering': ['words', 'place', 'pk'],
                        'constraints': [models.UniqueConstraint(fields=('agency', 'words', 'origin'), name='best_bet_once_in_agency', violation_error_message='Bảng đã có dòng này.'), models.UniqueConstraint(condition=models.Q(('agency', None)), fields=('words', 'origin'), name='best_bet_once_for_all', violation_error_message='Bảng đã có dòng này.')],
                    },
                ),
                migrations.CreateModel(
                    name='Listing',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.CharField(max_length=120, unique=True)),
                        ('origin', models.CharField(db_index=True, max_length=120)),
                        ('group', models.CharField(max_length=30)),
                        ('kind', models.CharField(max_length=30)),
                        ('readers', models.TextField()),
                        ('agency', models.BigIntegerField(null=True)),
                        ('unit', models.BigIntegerField(null=True)),
                        ('state', models.CharField(max_length=10)),
                        ('first_day', models.DateField(null=True)),
                        ('last_day', models.DateField(null=True)),
                        ('sort_date', models.DateField(null=True)),
                        ('words', models.TextField()),
                        ('card', models.TextField()),
                        ('made_at', models.DateTimeField(auto_now=True)),
                        ('facets', models.TextField(default='')),
                    ],
                    options={
                        'ordering': ['pk'],
                    },
                ),
                migrations.CreateModel(
                    name='QueryLog',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('text', models.CharField(max_length=200)),
                        ('words', models.CharField(db_index=True, max_length=200)),
                        ('total', models.PositiveIntegerField()),
                        ('opened', models.PositiveSmallIntegerField(blank=True, null=True)),
                        ('made_at', models.DateTimeField(auto_now_add=True, db_index=True)),
                        ('agency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='qms.agency')),
                    ],
                    options={
                        'ordering': ['-pk'],
                        'indexes': [models.Index(fields=['words', 'made_at', 'total', 'opened'], name='search_asked'), models.Index(fields=['agency', 'words', 'made_at', 'total', 'opened'], name='search_asked_in_agency')],
                    },
                ),
                migrations.CreateModel(
                    name='Synonym',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('short', models.CharField(max_length=60, verbose_name='từ viết tắt hoặc từ thường dùng')),
                        ('long', models.CharField(max_length=150, verbose_name='từ đầy đủ')),
                        ('both_ways', models.BooleanField(default=True, verbose_name='tra cứu cả hai chiều')),
                        ('changed_at', models.DateTimeField(auto_now=True)),
                        ('agency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='qms.agency', verbose_name='cơ quan')),
                    ],
                    options={
                        'verbose_name': 'từ đồng nghĩa',
                        'verbose_name_plural': 'từ đồng nghĩa',
                        'ordering': ['short', 'pk'],
                        'constraints': [models.UniqueConstraint(fields=('agency', 'short', 'long'), name='synonym_once_in_agency', violation_error_message='Bảng đã có dòng này.'), models.UniqueConstraint(condition=models.Q(('agency', None)), fields=('short', 'long'), name='synonym_once_for_all', violation_error_message='Bảng đã có dòng này.')],
                    },
                ),
                migrations.CreateModel(
                    name='HistoricalSavedSearch',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('name', models.CharField(max_length=100, verbose_name='tên')),
                        ('query', models.CharField(max_length=2000)),
                        ('mails', models.BooleanField(default=False, verbose_name='gửi thư khi có kết quả mới')),
                        ('language', models.CharField(default='vi', max_length=10)),
                        ('made_at', models.DateTimeField(blank=True, editable=False)),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.CharField(max_length=100, null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('person', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical tìm kiếm đã lưu',
                        'verbose_name_plural': 'historical tìm kiếm đã lưu',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='SavedSearch',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=100, verbose_name='tên')),
                        ('query', models.CharField(max_length=2000)),
                        ('mails', models.BooleanField(default=False, verbose_name='gửi thư khi có kết quả mới')),
                        ('language', models.CharField(default='vi', max_length=10)),
                        ('seen', models.TextField(blank=True)),
                        ('looked_at', models.DateTimeField(null=True)),
                        ('made_at', models.DateTimeField(auto_now_add=True)),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_searches', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'tìm kiếm đã lưu',
                        'verbose_name_plural': 'tìm kiếm đã lưu',
                        'ordering': ['name', 'pk'],
                        'constraints': [models.UniqueConstraint(fields=('person', 'name'), name='saved_search_name_once', violation_error_message='Bạn đã có tìm kiếm tên này.')],
                    },
                ),
                migrations.CreateModel(
                    name='HistoricalBestBet',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('text', models.CharField(max_length=200, verbose_name='câu hỏi')),
                        ('words', models.CharField(db_index=True, editable=False, max_length=200)),
                        ('origin', models.CharField(max_length=120, verbose_name='kết quả')),
                        ('place', models.PositiveSmallIntegerField(default=1, verbose_name='thứ tự')),
                        ('changed_at', models.DateTimeField(blank=True, editable=False)),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.CharField(max_length=100, null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('agency', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='qms.agency', verbose_name='cơ quan')),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical kết quả ưu tiên',
                        'verbose_name_plural': 'historical kết quả ưu tiên',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='HistoricalSynonym',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('short', models.CharField(max_length=60, verbose_name='từ viết tắt hoặc từ thường dùng')),
                        ('long', models.CharField(max_length=150, verbose_name='từ đầy đủ')),
                        ('both_ways', models.BooleanField(default=True, verbose_name='tra cứu cả hai chiều')),
                        ('changed_at', models.DateTimeField(blank=True, editable=False)),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.CharField(max_length=100, null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('agency', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='qms.agency', verbose_name='cơ quan')),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical từ đồng nghĩa',
                        'verbose_name_plural': 'historical từ đồng nghĩa',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
            ],
        ),
        migrations.RunPython(_rows.load_synonyms, migrations.RunPython.noop),
        migrations.RunPython(_rows.begin_history, migrations.RunPython.noop),
    ]
