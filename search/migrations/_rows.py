"""What migrations do to rows."""

from search.tables.starter_synonyms import SAID_FOR, rows


def load_synonyms(apps, schema_editor):
    synonym = apps.get_model("search", "Synonym")
    synonym.objects.bulk_create([synonym(short=short, long=long, both_ways=both) for short, long, both in dict.fromkeys(rows())])


def begin_history(apps, schema_editor):
    """What stands in the tables already is where their history begins, so that the first change tells what it was before."""
    for name in ("Synonym", "BestBet"):
        historical = apps.get_model("search", f"Historical{name}")
        fields = [f.attname for f in apps.get_model("search", name)._meta.concrete_fields]
        rows = apps.get_model("search", name).objects.order_by("pk").values(*fields)
        historical.objects.bulk_create([historical(**row, history_date=row["changed_at"], history_type="+") for row in rows])


def add_everyday_words(apps, schema_editor):
    """Adds the rows of SAID_FOR that the common table never had, each with the first line of its history; a fresh database has them."""
    synonym, historical = apps.get_model("search", "Synonym"), apps.get_model("search", "HistoricalSynonym")
    known = {pair for model in (synonym, historical) for pair in model.objects.filter(agency=None).values_list("short", "long")}
    for short, long in dict.fromkeys(SAID_FOR):
        if (short, long) not in known:
            row = synonym.objects.create(short=short, long=long, both_ways=False)
            fields = {f.attname: getattr(row, f.attname) for f in synonym._meta.concrete_fields}
            historical.objects.create(**fields, history_date=row.changed_at, history_type="+")
