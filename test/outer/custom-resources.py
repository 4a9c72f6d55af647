"""Validate custom resources by their definitions, strictly.

usage: custom-resources.py MANIFEST DEFINITION...

kubernetes-validate knows what Kubernetes has itself; this knows the rest.
Exit status: 0 all are valid, and there was one; 1 not so.
"""
import sys

import jsonschema
import yaml


def strict(schema):
    """The same, without members that it does not name."""
    if isinstance(schema, list):
        return [strict(s) for s in schema]
    if not isinstance(schema, dict):
        return schema
    made = {k: strict(v) for k, v in schema.items()}
    if "properties" in schema and \
            not schema.get("x-kubernetes-preserve-unknown-fields"):
        made.setdefault("additionalProperties", False)
    if schema.get("x-kubernetes-int-or-string"):
        made.pop("type", None)
    return made


def definitions(paths):
    """The schemas, by apiVersion and kind."""
    found = {}
    for path in paths:
        with open(path, encoding="utf-8") as file:
            spec = yaml.safe_load(file)["spec"]
        for version in spec["versions"]:
            name = f"{spec['group']}/{version['name']}", spec["names"]["kind"]
            schema = strict(version["schema"]["openAPIV3Schema"])
            schema["properties"]["metadata"] = {"type": "object"}
            found[name] = schema
    return found


def main():
    schemas = definitions(sys.argv[2:])
    seen = failed = 0
    with open(sys.argv[1], encoding="utf-8") as file:
        for resource in yaml.safe_load_all(file):
            name = resource["apiVersion"], resource["kind"]
            if name not in schemas:
                continue
            seen += 1
            checker = jsonschema.Draft202012Validator(schemas[name])
            for error in checker.iter_errors(resource):
                print(f"{name[1]}: {error.json_path}: {error.message}")
                failed += 1
    return 1 if failed or not seen else 0


sys.exit(main())
