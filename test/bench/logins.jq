# What loginstamp -c device_type does, for jq -cn, gojq and jaq.
foreach (inputs, null) as $r ({};
  if $r == null then . else .[$r.device_type // "-"] += 1 end;
  if $r == null then (stderr | empty)
  elif ($r.device_type // "" | ascii_downcase) == "login" then
    ("Insight: Login from login device\n" | stderr | empty), $r
  else $r end)
| .datetime = (.timestamp | tonumber | strftime("%Y-%m-%d %H:%M:%S"))
