"""The routes of the contract that are not built yet, and the reasons.

They check authentication and access as usual (401, 403), then answer 501. This list only shrinks; a
test counts it. A message of the mail module (`categoryId` -3 of an event) cannot be linked either,
because that module does not exist: see `history.actions`.
"""

from dealwright import access
from dealwright.wire.routes import Routes

# Grouped by what they wait for.
CRM = {
    "telephony needs a telephone provider": """
GET    voip/numbers/available
GET    voip/numbers/unlinked
GET    voip/numbers/existing
GET    voip/numbers/current
GET    voip/numbers/settings
PUT    voip/numbers/settings
POST   voip/numbers
POST   voip/numbers/link
GET    voip/numbers/{numberid:word}
DELETE voip/numbers/{numberid:word}
PUT    voip/numbers/{numberid:word}/settings
GET    voip/numbers/{numberid:word}/oper
PUT    voip/numbers/{numberid:word}/oper
DELETE voip/numbers/{numberid:word}/oper
PUT    voip/opers/{operatorid}
GET    voip/token
GET    voip/uploads
DELETE voip/uploads
GET    voip/call
POST   voip/call
GET    voip/call/missed
GET    voip/call/{callid:word}
POST   voip/call/{callid:word}
POST   voip/call/{callid:word}/answer
POST   voip/call/{callid:word}/reject
POST   voip/call/{callid:word}/redirect
POST   voip/price/{callid:word}
""",
    "reports need the documents that they are written into": """
GET    report/files
DELETE report/file/{fileid:id}
GET    report/status
GET    report/terminate
POST   report/check
POST   report/generate
""",
    "import and export come with assigning columns and undoing": """
POST   import/uploadfake
GET    import/samplerow
POST   {entityType:(contact|opportunity|case|task)}/import/start
GET    {entityType:(contact|opportunity|case|task)}/import/status
POST   export/start
GET    export/status
PUT    export/cancel
POST   export/partial/{entityType:(contact|opportunity|case|task|invoiceitem)}/start
GET    export/partial/status
PUT    export/partial/cancel
""",
}


def _declared(waiting: dict[str, str], routes: Routes) -> Routes:
    for reason, lines in waiting.items():
        for line in lines.split("\n")[1:-1]:
            method, template = line.split()
            routes.pending(method, template, reason)
    return routes


PENDING = (_declared(CRM, Routes("crm/", gate=access.crm)),)
