"""Who may open which page with which method: the table that the pages are held against.

Letters: A analyst, L leader, T town cadre, F firm, U auditor, M administrator; ``*`` is everybody, also not signed in.
A method that is not listed is refused for everybody.
"""

from __future__ import annotations

TABLE = """
setup                 GET *        POST *
login                 GET *        POST *
set_language                       POST *
logout                             POST ALTFUM
password              GET ALTFUM   POST ALTFUM
tokens                GET ALTFUM   POST ALTFUM
token_revoke                       POST ALTFUM
api_reference         GET ALTFUM

home                  GET ALTFUM
map_table             GET ALTFUM
map_names             GET ALTFUM
map_build                          POST A
tile                  GET ALTFUM
firms                 GET ALTFUM
parcels               GET ALTFUM
parcel                GET ALTFUM
search                GET ALTFUM

imports               GET ALU
import_new            GET A        POST A
import_batch          GET ALU
import_templates      GET ALU
import_template       GET ALU
import_answer                      POST A
import_rehearse                    POST A
import_commit                      POST A
import_undo           GET A        POST A
import_discard                     POST A
import_returned       GET ALU      POST A
import_mapping        GET A        POST A
import_firms          GET ALU
import_defects        GET ALU
import_part           GET ALU
pairs                 GET ALU
pair_decide                        POST A
corrections           GET ALU
correct               GET A        POST A
jobs                  GET ALTFUM
job                   GET ALTFUM
job_part              GET ALTFUM
job_stop                           POST ALTFUM

rule_sets             GET ALU
rule_set_upload       GET A        POST A
rule_set              GET ALU
rule_set_text         GET ALU
runs                  GET ALTFU
run_new               GET A        POST A
run                   GET ALTFU
run_csv               GET ALTFU
run_publish                        POST AL
run_discard                        POST A
run_again                          POST A
run_replay                         POST A
run_notice                         POST AL
run_compare_choose    GET ALU
run_compare           GET ALU      POST A
firm                  GET ALTFUM
firm_account          GET ALTFU
area_notices          GET ALTFU
area_notice_new       GET AL       POST AL
area_notice           GET ALTFU
findings              GET ALTFU
finding_runs          GET ALTFU
finding_run_new       GET A        POST A
finding_run           GET ALTFU
finding_run_publish                POST AL
finding_run_discard                POST A
finding_run_again                  POST A
finding_rule_sets     GET ALU
finding_rules_upload  GET A        POST A
finding_rules         GET ALU
finding_rules_text    GET ALU
finding_object        GET ATF      POST ATF
objections            GET ALTFU
objection_new         GET AF       POST AF
objection             GET ALTFU
objection_document    GET ALTFU
objection_review                   POST A
objection_accept                   POST A
objection_reject                   POST A
objection_withdraw                 POST ATF

plans                 GET ALU
plan_new              GET A        POST A
plan                  GET ALU
plan_now              GET ALU
plan_map              GET ALU
plan_solve                         POST A
plan_discard                       POST A
plan_lock                          POST A
plan_choose                        POST A
plan_adopt                         POST A
plan_phase                         POST A
plan_moves            GET ALU
plan_front            GET ALU
plan_compare          GET ALU
plan_parcel           GET ALU
plan_sign             GET L        POST L
plan_print            GET ALU
plan_adjacency        GET ALU
plan_pair             GET ALU
pair_decision         GET ALU      POST A
pair_decisions        GET ALU

blocks                GET ALTU
block_progress        GET ALTU
my_blocks             GET ALTU
line                  GET ALTFU
block_new             GET A        POST A
block                 GET ALTU
block_map             GET ALTU
block_add             GET A        POST A
block_edit            GET A        POST A
block_release         GET A        POST A
block_publish         GET A        POST A
block_close           GET A        POST A
party_new             GET A        POST A
party                 GET ALTU     POST AT
party_strike          GET A        POST A
block_stage           GET AT       POST AT
block_correct         GET AT       POST AT
block_attach          GET AT       POST AT
block_file            GET ALTU
block_decide          GET L        POST L
block_accept          GET L        POST L
block_revoke          GET L        POST L

people                GET UM
person_new            GET M        POST M
people_import         GET M        POST M
people_import_act                  POST M
people_template       GET M
person                GET UM       POST M
person_code                        POST M
person_close          GET M        POST M
person_reopen                      POST M
audit                 GET UM
audit_event           GET UM

ogc                   GET ALTFUM
ogc_conformance       GET ALTFUM
ogc_api               GET ALTFUM
ogc_collections       GET ALTFUM
ogc_collection        GET ALTFUM
ogc_items             GET ALTFUM
ogc_item              GET ALTFUM
"""

OPERATIONS = """
get_me             ALTFUM
list_parcels       ALTFUM
get_parcels        ALTFUM
list_buildings     ALTFUM
get_buildings      ALTFUM
list_firms         ALTFUM
get_firms          ALTFUM
list_occupancy     ALTFUM
list_measures      ALTFUM
list_taxes         ALTFUM
list_marks         ALTFUM
list_barriers      ALTFUM
get_barriers       ALTFUM
list_units         ALTFUM
get_units          ALTFUM
list_projects      ALTFUM
get_projects       ALTFUM
list_revisions     ALTFUM
list_batches       ALU
list_runs          ALTFU
get_run            ALTFU
list_results       ALTFU
get_account        ALFU
list_areas         ALTFU
list_area_firms    ALTFU
list_objections    ALTFU
list_findings      ALTFU
list_plans         ALU
get_plan           ALU
list_blocks        ALTU
get_block          ALTU
"""


def pages() -> dict[str, dict[str, str]]:
    """Name of the address → method → letters."""
    found = {}
    for line in filter(None, TABLE.splitlines()):
        name, *words = line.split()
        found[name] = dict(zip(words[::2], words[1::2], strict=True))
    return found


def operations() -> dict[str, str]:
    """Name of the operation of the API → letters."""
    return dict(line.split() for line in filter(None, OPERATIONS.splitlines()))
