"""The words that office tables are filled with, in English, French and Arabic, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from desktop.exchange.folding import fold, listed
from desktop.exchange.vocabulary import folded_codes

LEVELS: Final[Mapping[str, str]] = {
    "impact": "Impact; Goal; Overall objective; Overall goal; Development objective; But;"
    " Objectif global;"
    "Objectif général; Finalité; الأثر; الغاية; الهدف العام; الهدف الإنمائي",
    "outcome": "Outcome; Intermediate outcome; Immediate objective; Specific objective; Objective;"
    " Purpose; Effet;"
    "Effet direct; Objectif spécifique; Objectif immédiat; Objectif;"
    " Strategic objective; المحصلة;"
    "النتيجة; الهدف المحدد; الهدف; الحصيلة; الهدف الاستراتيجي",
    "output": "Output; Key output; Produit; Extrant; المخرج; الناتج; مخرج; ناتج",
    "other": "Component; Pillar; Axe; Axis; Composante; Pilier; Volet; Theme; Work package;"
    " Workstream; المكون; المحور;"
    "الركيزة; مكون; محور",
    "result": "Result; Expected result; Résultat; Résultat attendu; Résultats attendus; Expected results",
    "activity": "Activity; Activité; Action; Task; Tâche; النشاط; نشاط; Sub-activity; Sous-activité",
}
"""Words that stand before a section title, or in a column called level."""

STATUSES: Final[Mapping[str, str]] = {
    "planned": "Planned; To start; To be started; Upcoming; Scheduled; Future; To do; Todo; Open;"
    " Proposed; Prévu; Prévue;"
    "Planifié; Planifiée; Programmé; Programmée; À faire; À venir; مخطط; مخطط له; مقرر; مجدول",
    "not_started": "Not started; Not yet started; Not begun; Not started yet; Not yet; Pending;"
    " Waiting; Non démarré;"
    "Non démarrée; Pas démarré; Pas commencé; Non commencé; Non commencée; À démarrer; En attente;"
    " Pas encore démarré;"
    "Pas encore commencé; لم يبدأ; لم تبدأ; لم يبدأ بعد; لم تبدأ بعد; قيد الانتظار; لم يباشر;"
    " بانتظار البدء",
    "ongoing": "Ongoing; On-going; On going; In progress; Started; Under way; Underway; Active;"
    " Current; Implementing;"
    "Under implementation; Continuing; Continuous; Running; WIP; On track; En cours;"
    " En cours d'exécution;"
    "En cours de réalisation; En cours de mise en œuvre; Démarré; Démarrée; Commencé; Engagé; Actif;"
    " جاري; جار; جارية;"
    "جاري التنفيذ; جار التنفيذ; جارٍ; قيد التنفيذ; مستمر; مستمرة; بدأ; بدأت; قيد العمل; نشط;"
    " قيد الإنجاز",
    "completed": "Completed; Complete; Done; Finished; Achieved; Closed; Fully completed;"
    " Implemented; Delivered; Ended;"
    "Achevé; Achevée; Terminé; Terminée; Réalisé; Réalisée; Fini; Finie; Clôturé; Clôturée; Fait;"
    " Exécuté; Complété;"
    "مكتمل; مكتملة; اكتمل; اكتملت; منجز; منجزة; تم; تم الإنجاز; أنجز; منتهي; منتهية; انتهى; انتهت;"
    " مغلق; تم التنفيذ; منفذ",
    "delayed": "Delayed; Late; Behind; Behind schedule; Overdue; Delay; Off track; Retardé;"
    " Retardée; En retard; Retard;"
    "Tardif; متأخر; متأخرة; تأخر; تأخرت; مؤخر",
    "at_risk": "At risk; Risk; Constrained; À risque; Menacé; Compromis; في خطر; معرض للخطر; مهدد",
    "cancelled": "Cancelled; Canceled; Dropped; Abandoned; Removed; Annulé; Annulée; Abandonné;"
    " Abandonnée; Supprimé;"
    "ملغى; ملغي; ملغاة; أُلغي; ألغيت; إلغاء",
    "postponed": "Postponed; Deferred; Rescheduled; Carried over; Reporté; Reportée; Différé;"
    " Différée; مؤجل; مؤجلة; أجل;"
    "مرحل",
    "paused": "On hold; Suspended; Paused; Stopped; Suspendu; Suspendue; En suspens; En pause;"
    " Arrêté; معلق; معلقة; متوقف;"
    "متوقفة; موقوف",
}

CUMULATIONS: Final[Mapping[str, str]] = {
    "running_sum": "Cumulative; Cumulatif; Summing cumulative; Cumulative sum; Running total; Cumul;"
    " Cumulé; Cumulée; Yes;"
    "Oui; تراكمي; تراكمية; نعم; مجموع تراكمي",
    "period": "Sum; Non-cumulative; Non cumulative; Not cumulative; Per period; Period; Annual;"
    " Incremental; Somme;"
    "Non cumulatif; Non cumulée; Par période; No; Non; Total; المجموع; مجموع; غير تراكمي; لكل فترة;"
    " لا; جمع",
    "latest": "Latest; Last; Latest value; Level; Non-summing cumulative; Point in time; Snapshot;"
    " Stock; Most recent;"
    "Average; Dernier; Dernière; Dernière valeur; Niveau; Plus récent; الأحدث; آخر قيمة;"
    " القيمة الأخيرة; أحدث قيمة; الأخير",
}
"""How periods combine: `period` adds them up, `running_sum` adds as it goes, `latest` takes the last one."""

TICKS: Final = frozenset(
    listed(
        "x xx xxx ✓ ✔ ✗ ✘ ☑ ☒ ● • ■ █ ▪ ◼ ◆ ★ √ 1 yes y oui o نعم ok v true vrai + * ** × ü þ ▲ ► ===> "
        "=> -> → صح p"
    )
)
"""Marks in a quarter or month cell that mean: here (`ü` and `þ` are ticks in the font Wingdings)."""

NO_TICKS: Final = frozenset(listed("0 no n non لا - – — false faux . /"))

TOTAL_WORDS: Final = frozenset(
    fold(word)
    for word in listed(
        "Total; Totals; Grand total; Sub-total; Subtotal; Sub total; Sum; Overall total; Total "
        "budget; Total général; Totaux; Sous-total; Sous total; Total partiel; Montant total; Somme; "
        "المجموع; مجموع; الإجمالي; إجمالي; المجموع الكلي; المجموع العام; الإجمالي العام; المجموع "
        "الفرعي; مجموع فرعي; الإجمالي الكلي; إجمالي الميزانية; اجمالي عام",
        by=";",
    )
)

NOTE_WORDS: Final = frozenset(
    fold(word)
    for word in listed(
        "NB; N.B.; Note; Notes; Nota; Nota bene; Remark; Remarks; Remarque; Remarques; Source; "
        "Sources; Legend; Légende; Key; Comment; Comments; Disclaimer; Attention; Important; "
        "Assumptions; Prepared by; Approved by; Updated by; Préparé par; Approuvé par; Mis à jour; "
        "Signature; Date; ملاحظة; ملاحظات; تنبيه; المصدر; مفتاح; أعده; إعداد; اعتمده; تم التحديث",
        by=";",
    )
)

NOBODY_WORDS: Final = frozenset(
    fold(word)
    for word in listed(
        "TBD; T.B.D.; TBC; To be determined; To be confirmed; To be decided; To be recruited; Vacant; "
        "N/A; NA; None; Nil; Not applicable; Unknown; à définir; A définir; à déterminer; à "
        "confirmer; à recruter; à préciser; Sans objet; S/O; Néant; Aucun; Aucune; Poste vacant; "
        "Inconnu; يحدد لاحقا; يحدد لاحقاً; سيحدد لاحقا; لم يحدد; لم يحدد بعد; غير محدد; شاغر; لا "
        "يوجد; لا ينطبق; قيد التعيين; سيتم تحديده; غير معروف",
        by=";",
    )
)

MISSING_WORDS: Final[Mapping[str, str]] = {
    **folded_codes(
        {
            "not_applicable": "n/a; na; n.a.; n a; not applicable; sans objet; s/o; s.o.;"
            " non applicable; لا ينطبق;"
            "غير منطبق",
            "later": "tbd; tbc; t.b.d.; t.b.c.; to be determined; to be confirmed; pending; later;"
            " not yet; not yet due;"
            "not yet collected; ongoing; in progress; à définir; à déterminer; à confirmer; à venir;"
            " en attente; en cours;"
            "à collecter; plus tard; يحدد لاحقا; سيحدد لاحقا; لم يحدد; لم يحدد بعد; قيد التحديد;"
            " قيد الانتظار; قيد الجمع; لاحقا",
            "none": "nil; none; null; no data; nd; n.d.; n d; not available; unknown; missing;"
            " not collected; not reported;"
            "not measured; néant; aucun; aucune; aucune donnée; pas de données; non disponible; nc;"
            " non collecté; non mesuré;"
            "inconnu; manquant; لا يوجد; لا توجد; لا توجد بيانات; غير متوفر; غير متاح; غير متوفرة;"
            " غير معروف; لم يجمع; مفقود",
            "hidden": "suppressed; confidential; withheld; masked; supprimé; confidentiel; masqué;"
            " محجوب; سري",
        }
    ),
    "#n/a": "none",
}
"""Texts that stand where a number should: folded text -> why there is none."""

CURRENCY_WORDS: Final[Mapping[str, str]] = {
    "$": "USD",
    "us$": "USD",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    **folded_codes(
        {
            "USD": "us; usdollar; usdollars; dollar; dollars; دولار; دولارات; دولار أمريكي",
            "EUR": "euro; euros; يورو",
            "GBP": "pound sterling; sterling",
            "KES": "ksh; kshs; kes; shilling kenyan",
            "UGX": "ugsh; ushs; ush",
            "ETB": "birr",
            "LBP": "ll; l.l.; livre libanaise; livres libanaises; ل.ل; ليرة لبنانية",
            "JOD": "jd; دينار أردني; د.أ",
            "IQD": "دينار عراقي; د.ع",
            "EGP": "le; l.e.; جنيه مصري; ج.م",
            "SDG": "جنيه سوداني; ج.س",
            "XOF": "fcfa; cfa; f cfa",
        }
    ),
}

STATUS_CODES: Final[Mapping[str, str]] = folded_codes(STATUSES)
CUMULATION_CODES: Final[Mapping[str, str]] = folded_codes(CUMULATIONS)
LEVEL_CODES: Final[Mapping[str, str]] = folded_codes(LEVELS)
