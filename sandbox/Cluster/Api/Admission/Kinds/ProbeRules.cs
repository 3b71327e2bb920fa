namespace TempoCos.Cluster.Api.Admission.Kinds;

/// <summary>Probes, and what is run when a container has started or is to end.</summary>
public static class ProbeRules
{
    private static readonly string[] Times = ["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"];

    public static void Check(Field container, long? grace)
    {
        if (container["lifecycle"] is { IsSet: true } lifecycle)
        {
            foreach (var hook in ((string[])["postStart", "preStop"]).Select(name => lifecycle[name]).Where(hook => hook.IsSet))
            {
                Handler(hook, ["exec", "httpGet", "tcpSocket", "sleep"], grace);
            }
        }

        foreach (var name in (string[])["livenessProbe", "readinessProbe", "startupProbe"])
        {
            if (container[name] is { IsSet: true } probe)
            {
                Probe(probe, name, grace);
            }
        }
    }

    private static void Probe(Field probe, string name, long? grace)
    {
        Handler(probe, ["exec", "httpGet", "tcpSocket", "grpc"], grace);
        foreach (var time in Times)
        {
            probe[time].NotNegative();
        }

        if (probe["terminationGracePeriodSeconds"].Number is <= 0)
        {
            probe["terminationGracePeriodSeconds"].Invalid("must be greater than 0");
        }

        if (name == "readinessProbe")
        {
            if (probe["terminationGracePeriodSeconds"].IsSet)
            {
                probe["terminationGracePeriodSeconds"].Invalid("must not be set for readinessProbes");
            }
        }
        else if (probe["successThreshold"].Number is not (null or 1))
        {
            probe["successThreshold"].Invalid("must be 1");
        }
    }

    private static void Handler(Field holder, string[] kinds, long? grace)
    {
        List<string> given = [.. kinds.Where(kind => holder[kind].IsSet)];
        if (given.Count == 0)
        {
            holder.Required("must specify a handler type");
            return;
        }

        var handler = holder[given[0]];
        switch (given[0])
        {
            case "exec":
                handler["command"].Demand();
                break;
            case "httpGet":
                handler["path"].Demand();
                handler["port"].PortOrName();
                handler["scheme"].OneOf("HTTP", "HTTPS");
                break;
            case "sleep" when handler["seconds"].Number is { } seconds && grace is { } most && (seconds < 0 || seconds > most):
                handler.Showing(seconds).Invalid($"must be non-negative and less than terminationGracePeriodSeconds ({most})");
                break;
            case "tcpSocket" or "grpc":
                handler["port"].PortOrName();
                break;
            default:
                break;
        }

        foreach (var more in given.Skip(1))
        {
            holder[more].Forbidden("may not specify more than 1 handler type");
        }
    }
}
