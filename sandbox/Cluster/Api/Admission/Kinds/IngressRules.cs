using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Api.Admission.Kinds;

public static class IngressRules
{
    public static void Check(Field specification)
    {
        if (specification["rules"].Items.Count == 0 && !specification["defaultBackend"].IsSet)
        {
            specification.Showing(specification.Value is JsonObject { Count: 0 } ? null : specification.Value).Invalid("either `defaultBackend` or `rules` must be specified");
        }

        if (specification["defaultBackend"].IsSet)
        {
            Backend(specification["defaultBackend"]);
        }

        foreach (var rule in specification["rules"].Items)
        {
            Host(rule["host"]);
            if (!rule["http"].IsSet)
            {
                continue;
            }

            rule["http"]["paths"].Demand();
            foreach (var path in rule["http"]["paths"].Items)
            {
                Path(path);
            }
        }

        foreach (var tls in specification["tls"].Items)
        {
            foreach (var host in tls["hosts"].Items)
            {
                Host(host);
            }
        }

        specification["ingressClassName"].Spelled(Words.Subdomain);
    }

    private static void Host(Field host)
    {
        if (System.Net.IPAddress.TryParse(host.Text, out _))
        {
            host.Invalid("must be a DNS name, not an IP address");
        }
        else if (host.Text.Contains('*', StringComparison.Ordinal))
        {
            host.Spelled(Words.WildcardSubdomain);
        }
        else
        {
            host.Spelled(Words.Subdomain);
        }
    }

    private static void Path(Field path)
    {
        var at = path["path"];
        switch (path["pathType"].Text)
        {
            case "":
                path["pathType"].Required("pathType must be specified");
                return;
            case "Exact" or "Prefix":
                if (!at.Text.StartsWith('/'))
                {
                    at.Showing(at.Text).Invalid("must be an absolute path");
                }

                foreach (var sequence in ((string[])["//", "/./", "/../", "%2f", "%2F"]).Where(sequence => at.Text.Contains(sequence, StringComparison.Ordinal)))
                {
                    at.Invalid($"must not contain '{sequence}'");
                }

                foreach (var end in ((string[])["/..", "/."]).Where(end => at.Text.EndsWith(end, StringComparison.Ordinal)))
                {
                    at.Invalid($"cannot end with '{end}'");
                }

                break;
            case "ImplementationSpecific":
                if (at.Text.Length > 0 && at.Text[0] != '/')
                {
                    at.Invalid("must be an absolute path");
                }

                break;
            default:
                path["pathType"].NotSupported("Exact", "ImplementationSpecific", "Prefix");
                return;
        }

        Backend(path["backend"]);
    }

    private static void Backend(Field backend)
    {
        var (service, hasResource) = (backend["service"], backend["resource"].IsSet);
        if (service.IsSet && hasResource)
        {
            backend.Showing("").Invalid("cannot set both resource and service backends");
            return;
        }

        if (hasResource)
        {
            backend["resource"]["kind"].Demand();
            backend["resource"]["name"].Demand();
            return;
        }

        if (!service.IsSet)
        {
            backend.Showing("").Invalid("resource or service backend is required");
            return;
        }

        service["name"].DemandSpelled(Words.Label);
        var (number, name) = (service["port"]["number"], service["port"]["name"]);
        if (number.Number is not (null or 0) && name.Text.Length > 0)
        {
            backend.Showing("").Invalid("cannot set both port name & port number");
        }
        else if (name.Text.Length > 0)
        {
            name.Spelled(Words.PortName);
        }
        else if (number.Number is null or 0)
        {
            backend.Required("port name or number is required");
        }
        else
        {
            number.Port();
        }
    }
}
