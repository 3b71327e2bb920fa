using System.CommandLine;
using TempoCos.Contracts;

namespace TempoCos.Pipeline.Commands;

/// <summary>The options that say how a run reaches its Tempo.</summary>
internal sealed class ReachRunOptions
{
    private readonly Option<string> _reach = new("--reach")
    {
        Description = "Way to Tempo: port-forward, in-cluster, ingress or route [default: in-cluster where the services are in the cluster, else port-forward].",
        HelpName = "WAY",
    };
    private readonly Option<string> _tenant = new("--gateway-tenant") { Description = "Tenant that traces are written and read as [default: the first].", HelpName = "NAME" };
    private readonly Option<string> _token = new("--token-secret")
    {
        Description = "Where the bearer token for the gateway is [default: the setting Tempo__Token, else in openshift mode the kubeconfig's own].",
        HelpName = "NAMESPACE/NAME:KEY",
    };

    public ReachRunOptions()
    {
        _reach.AcceptOnlyFromAmong("port-forward", "in-cluster", "ingress", "route");
        _token.Validators.Add(result => OptionRule.Require(
            result, result.GetValueOrDefault<string>()?.Split('/', ':') is [{ Length: > 0 }, { Length: > 0 }, { Length: > 0 }], "must be NAMESPACE/NAME:KEY of a Secret"));
    }

    public void AddTo(Command command)
    {
        command.Add(_reach);
        command.Add(_tenant);
        command.Add(_token);
    }

    /// <summary>Null when none of them is given.</summary>
    public ReachOptions? Read(ParseResult parsed)
    {
        var options = new ReachOptions
        {
            By = parsed.GetValue(_reach) switch
            {
                "port-forward" => ReachBy.PortForward,
                "in-cluster" => ReachBy.InCluster,
                "ingress" => ReachBy.Ingress,
                "route" => ReachBy.Route,
                _ => ReachBy.Unspecified,
            },
            Tenant = parsed.GetValue(_tenant) ?? "",
            TokenSecret = parsed.GetValue(_token) ?? "",
        };
        return options.Equals(new ReachOptions()) ? null : options;
    }
}
