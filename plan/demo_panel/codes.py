"""Diagnoses and medicines that occur more than once. Only codes that are beyond doubt; the rest goes as text.

SNOMED CT and ICD-10-CM name the disorder; RxNorm names the ingredient, the product with its strength is the text.
"""

from __future__ import annotations

from plan.demo_panel.model import Dose, Drug, Problem

HEART_FAILURE = Problem(
    "Chronic systolic heart failure",
    ("84114007", "Heart failure"),
    ("I50.22", "Chronic systolic (congestive) heart failure"),
)
COPD = Problem(
    "COPD, on home oxygen",
    ("13645005", "Chronic obstructive lung disease"),
    ("J44.9", "Chronic obstructive pulmonary disease, unspecified"),
)
LUNG_CANCER = Problem("Non-small cell lung cancer, stage IV", ("254637007", "Non-small cell lung cancer"))
PANCREAS_CANCER = Problem(
    "Pancreatic cancer, locally advanced",
    ("363418001", "Malignant tumor of pancreas"),
    ("C25.9", "Malignant neoplasm of pancreas, unspecified"),
)
BREAST_CANCER = Problem("Breast cancer with bone metastases", ("254837009", "Malignant neoplasm of breast"))
BONE_METASTASES = Problem("Bone metastases", None, ("C79.51", "Secondary malignant neoplasm of bone"))
COLON_CANCER = Problem("Colon cancer, metastatic", ("363406005", "Malignant tumor of colon"))
PROSTATE_CANCER = Problem(
    "Prostate cancer, castration resistant",
    ("399068003", "Malignant tumor of prostate"),
    ("C61", "Malignant neoplasm of prostate"),
)
LIVER_CANCER = Problem("Hepatocellular carcinoma", None, ("C22.0", "Liver cell carcinoma"))
ALS = Problem(
    "Amyotrophic lateral sclerosis, bulbar onset",
    ("86044005", "Amyotrophic lateral sclerosis"),
    ("G12.21", "Amyotrophic lateral sclerosis"),
)
ALZHEIMER = Problem(
    "Alzheimer's disease, late stage",
    ("26929004", "Alzheimer's disease"),
    ("G30.9", "Alzheimer's disease, unspecified"),
)
PARKINSON = Problem("Parkinson's disease, advanced", ("49049000", "Parkinson's disease"))
CIRRHOSIS = Problem(
    "Cirrhosis of the liver with ascites",
    ("19943007", "Cirrhosis of liver"),
    ("K74.60", "Unspecified cirrhosis of liver"),
)
KIDNEY_FAILURE = Problem(
    "End-stage kidney disease on hemodialysis",
    ("46177005", "End-stage renal disease"),
    ("N18.6", "End stage renal disease"),
)
STROKE = Problem("Stroke with right-sided weakness and aphasia", ("230690007", "Cerebrovascular accident"))
LUNG_FIBROSIS = Problem("Idiopathic pulmonary fibrosis", None, ("J84.112", "Idiopathic pulmonary fibrosis"))
DIABETES = Problem(
    "Type 2 diabetes",
    ("44054006", "Diabetes mellitus type 2"),
    ("E11.9", "Type 2 diabetes mellitus without complications"),
)
HYPERTENSION = Problem(
    "High blood pressure", ("38341003", "Hypertensive disorder"), ("I10", "Essential (primary) hypertension")
)
ATRIAL_FIBRILLATION = Problem(
    "Atrial fibrillation", ("49436004", "Atrial fibrillation"), ("I48.91", "Unspecified atrial fibrillation")
)
DEPRESSION = Problem("Depression", ("35489007", "Depressive disorder"), ("F32.A", "Depression, unspecified"))

MORPHINE_LIQUID = Drug(
    "Morphine 20 mg/mL oral concentrate",
    "5 mg (0.25 mL) by mouth every 2 hours as needed for pain or shortness of breath, at most 30 mg in 24 hours",
    ("7052", "morphine"),
    dose=Dose(2, "5", needed_for="pain or shortness of breath", most="30"),
)
MORPHINE_ER = Drug(
    "Morphine ER 15 mg tablet", "1 tablet by mouth every 12 hours", ("7052", "morphine"), dose=Dose(12, "15")
)
OXYCODONE = Drug(
    "Oxycodone 5 mg tablet",
    "1 tablet by mouth every 4 hours as needed for pain",
    ("7804", "oxycodone"),
    dose=Dose(4, "5", needed_for="pain"),
)
FENTANYL = Drug(
    "Fentanyl 25 mcg/hour patch",
    "1 patch on the skin, changed every 72 hours",
    ("4337", "fentanyl"),
    dose=Dose(72, rate="25"),
)
HYDROMORPHONE = Drug(
    "Hydromorphone 2 mg tablet",
    "1 tablet by mouth every 4 hours as needed for pain",
    ("3423", "hydromorphone"),
    dose=Dose(4, "2", needed_for="pain"),
)
SENNA = Drug("Senna 8.6 mg tablet", "2 tablets by mouth at bedtime", dose=Dose(24, "2", "tablet"))
ACETAMINOPHEN = Drug(
    "Acetaminophen 500 mg tablet", "2 tablets by mouth three times a day", ("161", "acetaminophen")
)
LORAZEPAM = Drug(
    "Lorazepam 0.5 mg tablet",
    "1 tablet every 6 hours as needed for anxiety",
    ("6470", "lorazepam"),
    dose=Dose(6, "0.5", needed_for="anxiety"),
)
FUROSEMIDE = Drug("Furosemide 40 mg tablet", "1 tablet by mouth twice a day", ("4603", "furosemide"))
SPIRONOLACTONE = Drug(
    "Spironolactone 50 mg tablet", "1 tablet by mouth once a day", ("9997", "spironolactone")
)
CARVEDILOL = Drug(
    "Carvedilol 6.25 mg tablet", "1 tablet by mouth twice a day with food", ("20352", "carvedilol")
)
LISINOPRIL = Drug("Lisinopril 10 mg tablet", "1 tablet by mouth once a day", ("29046", "lisinopril"))
APIXABAN = Drug("Apixaban 2.5 mg tablet", "1 tablet by mouth twice a day", ("1364430", "apixaban"))
ALBUTEROL = Drug(
    "Albuterol inhaler 90 mcg", "2 puffs every 4 hours as needed for breathing", ("435", "albuterol")
)
PREDNISONE = Drug("Prednisone 10 mg tablet", "1 tablet by mouth once a day", ("8640", "prednisone"))
DEXAMETHASONE = Drug(
    "Dexamethasone 4 mg tablet", "1 tablet by mouth every morning", ("3264", "dexamethasone")
)
ONDANSETRON = Drug(
    "Ondansetron 4 mg tablet", "1 tablet every 8 hours as needed for nausea", ("26225", "ondansetron")
)
HALOPERIDOL = Drug(
    "Haloperidol 0.5 mg tablet", "1 tablet every 8 hours as needed for nausea", ("5093", "haloperidol")
)
LACTULOSE = Drug(
    "Lactulose 10 g/15 mL solution",
    "30 mL by mouth three times a day",
    ("6218", "lactulose"),
    dose=Dose(8, "30", "mL"),
)
GABAPENTIN = Drug(
    "Gabapentin 300 mg capsule", "1 capsule by mouth three times a day", ("25480", "gabapentin")
)
SERTRALINE = Drug("Sertraline 50 mg tablet", "1 tablet by mouth once a day", ("36437", "sertraline"))
MIRTAZAPINE = Drug("Mirtazapine 15 mg tablet", "1 tablet by mouth at bedtime", ("15996", "mirtazapine"))
METFORMIN = Drug("Metformin 500 mg tablet", "1 tablet by mouth twice a day with meals", ("6809", "metformin"))
