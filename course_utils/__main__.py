"""`python -m course_utils doctor`: check this machine."""

import sys

if sys.argv[1:] != ["doctor"]:
    sys.exit("Usage: python -m course_utils doctor")

from course_utils import doctor

sys.exit(doctor.report())
