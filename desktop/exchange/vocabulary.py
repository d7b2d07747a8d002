"""The words that office tables are headed with, in English, French and Arabic, as plain data.

Add a word here and every importer knows it. Texts are compared folded: case, accents, punctuation,
Arabic letter forms, articles and plural endings do not matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from desktop.exchange.folding import fold, listed


def folded_codes(words: Mapping[str, str]) -> dict[str, str]:
    """`{"code": "one; two"}` turned around: every folded word -> its code."""
    return {fold(word): code for code, listed in words.items() for word in listed.split(";")}


HEADERS: Final[Mapping[str, str]] = {
    "code": "No; N°; №; Nr; Num; Number; S/N; SN; Sr No; Serial; Code; Ref; Ref.; Reference; ID;"
    " Activity code;"
    "Activity no; Activity number; Activity ID; Act. no; WBS; Numéro; Réf; Référence; Code activité;"
    " N° activité;"
    "Code de l'activité; الرقم; رقم; م; ت; الرمز; الكود; كود; المرجع; رقم النشاط; رمز النشاط;"
    " التسلسل; مسلسل",
    "result_code": "Output code; Output no; Result code; Result no; Outcome code; Code produit;"
    " N° produit;"
    "Code résultat; رمز المخرج; رقم المخرج; رمز النتيجة; رقم النتيجة",
    "indicator_code": "Indicator code; Indicator no; Indicator number; Indicator ID; Indicator ref;"
    " Code indicateur;"
    "N° indicateur; Réf indicateur; رمز المؤشر; رقم المؤشر",
    "activity": "Activity; Activities; Action; Actions; Key activities; Planned activities;"
    " Main activities;"
    "Activity title; Activity name; Activity description; Activity / sub-activity;"
    " Outputs and activities;"
    "Output / Activity; Results and activities; Task; Tasks; Intervention; Interventions;"
    " Deliverables / activities;"
    "Activité; Activités; Activités prévues; Activités principales; Actions prévues; Tâche; Tâches;"
    " Intitulé;"
    "Intitulé de l'activité; Libellé de l'activité; Description de l'activité; Produits et activités;"
    "Produit / Activité; Résultats et activités; النشاط; الأنشطة; نشاط; أنشطة; الأنشطة المخططة;"
    " الفعالية; الفعاليات;"
    "المهمة; المهام; الإجراء; الإجراءات; اسم النشاط; عنوان النشاط; وصف النشاط; المخرجات والأنشطة;"
    " التدخلات",
    "sub_activity": "Sub-activity; Sub activities; Sub-task; Sous-activité; Sous-activités;"
    " النشاط الفرعي;"
    "الأنشطة الفرعية",
    "impact": "Impact; Goal; Overall objective; Development objective; Overall goal; But;"
    " Objectif global;"
    "Objectif général; Finalité; Objectif de développement; الأثر; الغاية; الهدف العام; الهدف الإنمائي",
    "outcome": "Outcome; Outcomes; Immediate objective; Specific objective; Objective; Purpose;"
    " Effet; Effets;"
    "Objectif spécifique; Objectif immédiat; Objectif; Effet direct; المحصلة; المحصلات; النتيجة;"
    " النتائج;"
    "الهدف المحدد; الهدف; الأهداف; الهدف الخاص; الحصيلة",
    "output": "Output; Outputs; Expected output; Expected outputs; Key output; Produit; Produits;"
    " Produit attendu;"
    "Produits attendus; Extrant; Extrants; المخرج; المخرجات; المخرج المتوقع; المخرجات المتوقعة;"
    " الناتج; النواتج",
    "result": "Result; Results; Result statement; Expected result; Expected results; Results chain;"
    " Result title;"
    "Result area; Results framework; Intervention logic; Hierarchy of objectives; Narrative summary;"
    " Project summary;"
    "Project description; Component; Pillar; Theme; Résultat; Résultats; Résultat attendu;"
    " Résultats attendus;"
    "Énoncé du résultat; Chaîne de résultats; Logique d'intervention; Description du projet;"
    " Composante; Pilier; Axe;"
    "Volet; Résumé narratif; سلسلة النتائج; النتيجة المتوقعة; النتائج المتوقعة; بيان النتيجة;"
    " منطق التدخل; المكون;"
    "المحور; الركيزة; وصف المشروع",
    "level": "Level; Result level; Results level; Result type; Type of result; Niveau;"
    " Niveau de résultat;"
    "Type de résultat; المستوى; مستوى النتيجة; نوع النتيجة",
    "title": "Title; Name; Designation; Statement; Item; Label; Subject; Titre; Nom; Désignation;"
    " Libellé; Énoncé; Objet;"
    "العنوان; الاسم; البيان; التسمية; الموضوع",
    "description": "Description; Details; Narrative; Description détaillée; Détails; الوصف; التفاصيل; الشرح",
    "lead": "Responsible; Responsible person; Responsible persons; Person responsible;"
    " Person in charge; Responsibility;"
    "Responsible party; Responsible parties; Responsible officer; Responsible staff;"
    " Responsible unit; Lead; Led by;"
    "Lead person; Lead officer; Activity lead; Focal point; Focal person; Owner; In charge; Who;"
    " Assigned to; PIC;"
    "Action by; Responsable; Responsables; Personne responsable; Chargé; Chargé de l'activité;"
    " Point focal; Pilote;"
    "Porteur; Qui; Responsabilité; Entité responsable; المسؤول; المسؤولون; المسؤولة; الشخص المسؤول;"
    " المسؤولية;"
    "الجهة المسؤولة; مسؤول النشاط; مسؤول; نقطة الاتصال; المكلف; من",
    "partners": "Partner; Partners; Partner(s); Implementing partner; Implementing partners;"
    " Partner organisation;"
    "Partner organization; Partner institutions; Collaborating partners; Key partners; IP; IPs;"
    " Stakeholders;"
    "Implemented by; Implementing agency; Partenaire; Partenaires; Partenaire(s);"
    " Partenaires d'exécution;"
    "Partenaire de mise en œuvre; Partenaires de mise en œuvre; Parties prenantes;"
    " Organisation partenaire; الشريك;"
    "الشركاء; شركاء; الشركاء المنفذون; الشريك المنفذ; الجهة المنفذة; الجهات الشريكة; أصحاب المصلحة;"
    " الجهة الشريكة",
    "start": "Start; Start date; Starting date; Begin; Beginning; From; Planned start;"
    " Planned start date; Commencement;"
    "Début; Date de début; Début prévu; Date début; Démarrage; Date de démarrage; Du; البداية;"
    " تاريخ البداية;"
    "تاريخ البدء; البدء; بداية; بدء التنفيذ; تاريخ البدء المخطط",
    "end": "End; End date; Finish; Finish date; Completion date; To; Until; Due; Due date; Deadline;"
    " Planned end;"
    "Planned end date; Target date; By when; Fin; Date de fin; Fin prévue; Date fin; Échéance;"
    " Date limite; Délai;"
    "Date d'achèvement; Au; النهاية; تاريخ النهاية; تاريخ الانتهاء; الانتهاء; نهاية; الموعد النهائي;"
    " تاريخ الاستحقاق;"
    "تاريخ الانتهاء المخطط",
    "actual_start": "Actual start; Actual start date; Début réel; Date de début réelle;"
    " Début effectif; البداية الفعلية;"
    "تاريخ البدء الفعلي",
    "actual_end": "Actual end; Actual end date; Date completed; Completed on; Fin réelle;"
    " Date de fin réelle;"
    "Fin effective; النهاية الفعلية; تاريخ الانتهاء الفعلي",
    "status": "Status; State; Current status; Implementation status; Status of implementation;"
    " Statut; État;"
    "État d'avancement; État de mise en œuvre; Situation; الحالة; حالة; الوضع; حالة التنفيذ;"
    " حالة النشاط; الوضع الحالي",
    "progress": "Progress; Progress %; % progress; % complete; % completed; Completion;"
    " Completion %; Percent complete;"
    "Percentage of completion; % done; Rate of completion; Physical progress; Avancement;"
    " % d'avancement;"
    "Taux d'avancement; Taux d'exécution; % réalisé; Progrès; Taux de réalisation physique;"
    " نسبة الإنجاز; التقدم;"
    "نسبة التنفيذ; نسبة التقدم; الإنجاز; % الإنجاز",
    "delay_reason": "Reason for delay; Reasons for delay; Delay reason; Raison du retard;"
    " Motif du retard; سبب التأخير;"
    "أسباب التأخير",
    "timeframe": "Time frame; Timeframe; Timeline; Time line; Schedule; Period of implementation;"
    " Timing; When;"
    "Implementation period; Implementation schedule; Year; Quarters; Quarter; Months; Month; Gantt;"
    " Dates;"
    "Planned dates; Duration; Calendrier; Chronogramme; Échéancier; Période; Période d'exécution;"
    " Période de mise en œuvre;"
    "Quand; Trimestres; Trimestre; Mois; Année; Durée; الجدول الزمني; الإطار الزمني; فترة التنفيذ;"
    " التوقيت; المدة;"
    "الأرباع; الأشهر; الشهر; السنة; العام; الربع; الفترة الزمنية; متى",
    "planned": "Planned; Plan; Prévu; Prévue; Prévision; Programmé; Planifié; المخطط; المقرر; مخطط",
    "budget": "Budget; Budget amount; Planned budget; Total budget; Approved budget;"
    " Estimated budget; Budget planned;"
    "Cost; Total cost; Estimated cost; Amount; Total amount; Budget line amount; Allocation;"
    " Budget allocation;"
    "Planned amount; Funds; Funding; Budget required; Budget prévu; Budget total; Budget estimé;"
    " Budget prévisionnel;"
    "Budget approuvé; Montant; Montant prévu; Montant total; Coût; Coût total; Coût estimé; Coûts;"
    " Dotation; Total;"
    "الميزانية; ميزانية; الموازنة; الميزانية المخططة; الميزانية التقديرية; إجمالي الميزانية;"
    " التكلفة; الكلفة;"
    "التكلفة الإجمالية; الكلفة الإجمالية; المبلغ; المبلغ الإجمالي; الإجمالي; المجموع; المخصص; المخصصات",
    "revised": "Revised budget; Budget revised; Revised; Budget révisé; Révisé; الميزانية المعدلة; المعدل",
    "committed": "Committed; Commitment; Commitments; Encumbered; Obligated; Obligations; Engagé;"
    " Engagements;"
    "Montant engagé; الملتزم به; الالتزامات; المرتبط به",
    "spent": "Spent; Spent to date; Expenditure; Expenditures; Expenses; Actual expenditure;"
    " Actual cost; Actual spending;"
    "Amount spent; Disbursed; Disbursement; Utilised; Utilized; Dépensé; Dépenses; Dépense;"
    " Montant dépensé; Décaissé;"
    "Décaissements; Dépenses réelles; Exécuté; Consommé; المصروف; المصروفات; الإنفاق; المنفق;"
    " النفقات; المبلغ المصروف;"
    "المصروف الفعلي; الإنفاق الفعلي",
    "quantity": "Qty; Quantity; Quantities; No of units; Number of units; Units; # units; Quantité;"
    " Qté; Quantités;"
    "Nombre d'unités; Nombre; Nb; الكمية; العدد; عدد الوحدات; الكميات",
    "unit_cost": "Unit cost; Unit price; Cost per unit; Price; Rate; Price per unit; Coût unitaire;"
    " Prix unitaire; PU;"
    "P.U.; Prix; Tarif; سعر الوحدة; كلفة الوحدة; تكلفة الوحدة; السعر; الكلفة الإفرادية",
    "unit": "Unit; Unit of measure; Unit of measurement; Measure; UoM; Unité; Unité de mesure;"
    " الوحدة; وحدة القياس; وحدة",
    "currency": "Currency; Curr; Ccy; Devise; Monnaie; العملة; عملة",
    "category": "Budget category; Cost category; Category; Budget line; Expense type; Catégorie;"
    " Ligne budgétaire;"
    "Rubrique; Catégorie budgétaire; Nature de la dépense; البند; بند الميزانية; فئة; الفئة;"
    " بند الموازنة",
    "donor": "Donor; Donors; Fund; Fund source; Source of funds; Funding source; Source of funding;"
    " Funded by; Grant;"
    "Bailleur; Bailleurs; Bailleur de fonds; Source de financement; Financement; Fonds; المانح;"
    " المانحون; الجهة المانحة;"
    "مصدر التمويل; التمويل",
    "comments": "Comment; Comments; Remark; Remarks; Note; Notes; Observation; Observations;"
    " Comments / remarks;"
    "Status / comments; Narrative update; Update; Updates; Additional information; Commentaire;"
    " Commentaires; Remarque;"
    "Remarques; Observations et commentaires; Précisions; ملاحظات; الملاحظات; ملاحظة; تعليق;"
    " تعليقات; التعليقات;"
    "معلومات إضافية",
    "place": "Location; Locations; Place; Site; Sites; Area; Region; District; County; Governorate;"
    " Country; Province;"
    "Geographic area; Geographical coverage; Where; Office; Lieu; Lieux; Localisation; Localité;"
    " Localités; Zone; Région;"
    "Pays; Gouvernorat; Où; Bureau; Zone géographique; Emplacement; Caza; Wilaya; الموقع; المكان;"
    " المنطقة; المحافظة;"
    "الدولة; البلد; القضاء; الإقليم; المواقع; المديرية; الولاية; أين; المكتب; مكان التنفيذ",
    "target_group": "Target group; Target groups; Beneficiaries; Target population;"
    " Target beneficiaries; Groupe cible;"
    "Groupes cibles; Bénéficiaires; Population cible; الفئة المستهدفة; الفئات المستهدفة; المستفيدون;"
    " المستفيدين",
    "deliverable": "Deliverable; Deliverables; Milestone; Milestones; Expected deliverable;"
    " Livrable; Livrables; Jalon;"
    "Jalons; المعلم; المنجز; المنجزات; المعالم الرئيسية",
    "indicator": "Indicator; Indicators; Performance indicator; Performance indicators;"
    " Indicator title; Indicator name;"
    "Indicator statement; Objectively verifiable indicators; OVI; OVIs; KPI; KPIs;"
    " Key performance indicator; Metric;"
    "Indicateur; Indicateurs; Indicateur de performance; Indicateurs de performance;"
    " Libellé de l'indicateur;"
    "Indicateurs objectivement vérifiables; IOV; Intitulé de l'indicateur; المؤشر; المؤشرات; مؤشر;"
    " مؤشر الأداء;"
    "مؤشرات الأداء; اسم المؤشر; نص المؤشر; المؤشرات القابلة للتحقق موضوعيا",
    "baseline": "Baseline; Baseline value; Base line; Base; Reference value; Valeur de référence;"
    " Référence de base;"
    "Ligne de base; Situation de référence; Valeur initiale; Situation de départ; خط الأساس;"
    " القيمة المرجعية;"
    "قيمة خط الأساس; القيمة الأساسية; سنة الأساس والقيمة",
    "baseline_year": "Baseline year; Year of baseline; Baseline date; Reference year;"
    " Année de référence;"
    "Année de base; Date de référence; سنة الأساس; سنة خط الأساس; السنة المرجعية; تاريخ خط الأساس",
    "target": "Target; Targets; Target value; Final target; End target; Overall target;"
    " Total target; EOP target;"
    "End of project target; LOP target; Annual target; Milestone target; Planned target; Cible;"
    " Cibles; Valeur cible;"
    "Cible finale; Objectif chiffré; Cible annuelle; المستهدف; القيمة المستهدفة; الهدف الكمي;"
    " المستهدفات;"
    "المستهدف النهائي; القيم المستهدفة; الغاية المستهدفة",
    "actual": "Actual; Actuals; Achieved; Achievement; Achievements; Actual value; Actual result;"
    " Results achieved;"
    "Reached; Realised; Progress to date; Réalisé; Réalisation; Réalisations; Valeur réalisée;"
    " Valeur atteinte; Atteint;"
    "Résultat atteint; المحقق; المتحقق; الفعلي; القيمة المحققة; المنجز فعليا; القيمة الفعلية; ما تحقق",
    "value": "Value; Values; Reported value; Result value; Figure; Count; Number reported; Valeur;"
    " Valeurs; Valeur rapportée; Chiffre; Effectif; القيمة; القيم; العدد المبلغ عنه; قيمة",
    "numerator": "Numerator; Numérateur; البسط",
    "denominator": "Denominator; Dénominateur; المقام",
    "cumulation": "Cumulation; Cumulative; Cumulative?; Type of cumulation; Aggregation;"
    " Calculation; Calculation method;"
    "Aggregation method; Target type; Cumul; Cumulatif; Mode de calcul; Agrégation;"
    " Mode d'agrégation; التراكم; تراكمي;"
    "طريقة الحساب; طريقة التجميع; نوع التجميع",
    "mov": "Means of verification; MoV; MoVs; Source of verification; Sources of verification;"
    " Data source;"
    "Data sources; Source; Sources; Verification; Means of verification / data source;"
    " Moyens de vérification;"
    "Moyen de vérification; Source de vérification; Sources de vérification; Source de données;"
    " Sources des données;"
    "وسائل التحقق; وسيلة التحقق; مصدر التحقق; مصادر التحقق; مصدر البيانات; مصادر البيانات; المصدر",
    "method": "Collection method; Data collection method; Method; Methodology; Méthode de collecte;"
    " Méthode; طريقة الجمع;"
    "طريقة جمع البيانات; المنهجية",
    "frequency": "Frequency; Reporting frequency; Collection frequency; Data collection frequency;"
    " Periodicity; Fréquence;"
    "Fréquence de collecte; Périodicité; التواتر; التكرار; دورية الجمع; دورية القياس; الدورية",
    "definition": "Definition; Indicator definition; Définition; Définition de l'indicateur;"
    " التعريف; تعريف المؤشر",
    "disaggregation": "Disaggregation; Disaggregated by; Disaggregation by; Désagrégation;"
    " Ventilation; Désagrégé par;"
    "التصنيف; تفصيل البيانات; التفصيل",
    "assumptions": "Assumptions; Assumption; Assumptions and risks; Risks and assumptions;"
    " Assumptions / risks;"
    "Risks / assumptions; Important assumptions; Hypothèses; Hypothèse; Hypothèses et risques;"
    " Risques et hypothèses;"
    "Suppositions; الافتراضات; الافتراض; الفرضيات; الافتراضات والمخاطر; المخاطر والافتراضات",
    "risks": "Risk; Risks; Risque; Risques; المخاطر; الخطر",
    "period": "Period; Reporting period; Reported period; Data period; Quarter; Year; Date; Month;"
    " Reporting quarter;"
    "Période; Période de rapport; Trimestre; Année; Mois; الفترة; الفترة المشمولة; فترة التقرير;"
    " فترة الإبلاغ; الربع;"
    "السنة; الشهر; التاريخ",
    "sex": "Sex; Gender; M/F; F/M; Sexe; Genre; الجنس; النوع; النوع الاجتماعي",
    "age": "Age; Age group; Age groups; Age band; Age range; Âge; Groupe d'âge; Tranche d'âge;"
    " Classe d'âge; العمر;"
    "الفئة العمرية; الفئات العمرية; السن",
    "residence": "Population group; Legal status; Displacement status; Residency status;"
    " Population type; Refugee / host;"
    "Status of person; Statut juridique; Groupe de population; Statut de la personne;"
    " Type de population;"
    "الوضع القانوني; فئة السكان; نوع السكان; صفة الإقامة",
    "disability": "Disability; Disability status; With disability; Person with disability; Handicap;"
    " Situation de handicap;"
    "الإعاقة; ذوو الإعاقة; حالة الإعاقة",
    "nationality": "Nationality; Nationalité; الجنسية",
}

CATEGORIES: Final[Mapping[str, Mapping[str, str]]] = {
    "sex": {
        "F": "F; Female; Females; Woman; Women; Girl; Girls; Femme; Femmes; Fille; Filles; Féminin;"
        " أنثى; إناث; الإناث;"
        "امرأة; نساء; النساء; فتيات; بنات",
        "M": "M; Male; Males; Man; Men; Boy; Boys; H; Homme; Hommes; Garçon; Garçons; Masculin; ذكر;"
        " ذكور; الذكور; رجل;"
        "رجال; الرجال; فتيان; أولاد",
    },
    "residence": {
        "Refugee": "Refugee; Refugees; Réfugié; Réfugiés; لاجئ; لاجئون; لاجئين; اللاجئون; اللاجئين",
        "Host": "Host; Hosts; Host community; Host communities; Hôte; Communauté hôte;"
        " Communauté d'accueil;"
        "Communautés d'accueil; المجتمع المضيف; مجتمع مضيف; المجتمعات المضيفة; مضيف",
        "IDP": "IDP; IDPs; Internally displaced; Internally displaced persons; Déplacé interne;"
        " Déplacés internes; PDI;"
        "نازح; نازحون; نازحين; النازحون",
        "Returnee": "Returnee; Returnees; Retourné; Retournés; Rapatrié; Rapatriés; عائد; عائدون;"
        " عائدين; العائدون",
        "AsylumSeeker": "Asylum seeker; Asylum seekers; Demandeur d'asile; Demandeurs d'asile;"
        " طالب لجوء; طالبو اللجوء",
        "Migrant": "Migrant; Migrants; مهاجر; مهاجرون; مهاجرين",
    },
    "age": {
        "15-24": "Youth; Youths; Young people; Jeune; Jeunes; شباب; الشباب",
        "25+": "Adult; Adults; Adulte; Adultes; بالغ; بالغون; البالغون; الكبار",
    },
    "disability": {
        "PWD": "With disability; With disabilities; PWD; PWDs; Persons with disabilities;"
        " Avec handicap;"
        "Personnes handicapées; PSH; ذوو إعاقة; ذو إعاقة; مع إعاقة; ذوي الإعاقة",
        "NoDisability": "Without disability; Without disabilities; Sans handicap; بدون إعاقة; بلا إعاقة",
    },
}
"""Categories that stand as column headings: dimension field -> code -> words."""

THOUSANDS_WORDS: Final = frozenset(
    fold(word)
    for word in listed(
        "000; '000; 1000; 1,000; thousand; thousands; in thousands; k; k usd; kusd; k$; k€;"
        " keur; milliers;"
        "en milliers; millier; بالألف; بالآلاف; آلاف; الف; ألف",
        by=";",
    )
)

FILLERS: Final = frozenset(
    fold(word)
    for word in listed(
        "of the a an de des du la le les l d et and or ou en au aux in for per par to في من و أو على"
    )
)

_MONTH_NAMES = (
    "January Jan; janvier janv; يناير; كانون الثاني; جانفي",
    "February Feb; février févr fév; فبراير; شباط; فيفري",
    "March Mar; mars; مارس; آذار",
    "April Apr; avril avr; أبريل ابريل; نيسان; أفريل",
    "May; mai; مايو; أيار; ماي",
    "June Jun; juin; يونيو يونيه; حزيران; جوان",
    "July Jul; juillet juil; يوليو يوليه; تموز; جويلية",
    "August Aug; août; أغسطس; آب; أوت",
    "September Sept Sep; septembre; سبتمبر; أيلول",
    "October Oct; octobre; أكتوبر; تشرين الأول",
    "November Nov; novembre; نوفمبر; تشرين الثاني",
    "December Dec; décembre déc; ديسمبر; كانون الأول",
)
_TWO_WORDS = ("كانون", "تشرين")

MONTHS: Final[Mapping[str, int]] = {
    fold(name): number
    for number, listed in enumerate(_MONTH_NAMES, start=1)
    for group in listed.split(";")
    for name in ([group] if group.strip().startswith(_TWO_WORDS) else group.split())
}

MONTH_INITIALS: Final = ("J F M A M J J A S O N D", "ي ف م ا م ي ي ا س ا ن د")
"""Twelve neighbouring columns that are headed with one letter each."""

PERIOD_WORDS: Final[Mapping[str, str]] = folded_codes(
    {
        "quarter": "q; t; tr; trim; qtr; quarter; trimestre; trimester; ر; ربع; الربع",
        "half": "h; half; semester; semestre; نصف; النصف; halfyear; s",
        "week": "w; wk; week; semaine; sem; اسبوع; الاسبوع",
        "year": "y; yr; year; fy; annee; année; an; a; السنة; سنة; العام; عام",
        "month": "month; mois; m; الشهر; شهر",
    }
)

ORDINALS: Final[Mapping[str, int]] = {
    word: number
    for number, listed in enumerate(
        (
            "i first premier premiere الاول الاولي اول",
            "ii second deuxieme الثاني الثانيه ثاني",
            "iii third troisieme الثالث الثالثه ثالث",
            "iv fourth quatrieme الرابع الرابعه رابع",
            "v fifth cinquieme الخامس الخامسه",
        ),
        start=1,
    )
    for word in listed.split()
}

CATEGORY_CODES: Final[Mapping[str, tuple[str, str]]] = {
    word: (dimension, code)
    for dimension, codes in CATEGORIES.items()
    for word, code in folded_codes(codes).items()
}
