using System.Net;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Api.Admission.Kinds;

public static class ServiceRules
{
    private static readonly string[] Types = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];

    /// <summary>Of a container's ports as well.</summary>
    public static IReadOnlyList<string> Protocols { get; } = ["SCTP", "TCP", "UDP"];

    public static void Check(Field specification)
    {
        var (type, ports, addresses) = (specification["type"], specification["ports"], specification["clusterIPs"]);
        var isHeadless = specification["clusterIP"].Text == "None";
        if (ports.Items.Count == 0 && !isHeadless && type.Text != "ExternalName")
        {
            ports.Required();
        }

        if (isHeadless && type.Text is "LoadBalancer" or "NodePort")
        {
            new Field("None", $"{addresses.Path}[0]", addresses.Errors).Invalid($"may not be set to 'None' for {type.Text} services");
        }

        if (type.Text == "ExternalName")
        {
            if (addresses.Items.Count > 0)
            {
                addresses.Forbidden("may not be set for ExternalName services");
            }

            if (specification["externalName"].Demand())
            {
                specification["externalName"].Showing(specification["externalName"].Text.TrimEnd('.')).Spelled(Words.Subdomain);
            }
        }

        Ports(ports);
        MetadataRules.Labels(specification["selector"]);
        specification["sessionAffinity"].OneOf("ClientIP", "None");
        if (specification["sessionAffinity"].Text == "None" && specification["sessionAffinityConfig"].IsSet)
        {
            specification["sessionAffinityConfig"].Forbidden("must not be set when session affinity is None");
        }

        foreach (var address in addresses.Items.Where(address => address.Text is not ("None" or "") && !IPAddress.TryParse(address.Text, out _)))
        {
            address.Invalid("must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
        }

        type.OneOf(Types);
        foreach (var port in ports.Items.Where(port => type.Text == "ClusterIP" && port["nodePort"].Number is not (null or 0)))
        {
            port["nodePort"].Forbidden("may not be used when `type` is 'ClusterIP'");
        }

        Twice(ports);
    }

    private static void Ports(Field ports)
    {
        var names = new HashSet<string>();
        foreach (var port in ports.Items)
        {
            if (ports.Items.Count > 1 && port["name"].Text.Length == 0)
            {
                port["name"].Required();
            }
            else if (port["name"].Text.Length > 0)
            {
                port["name"].Spelled(Words.Label);
                if (!names.Add(port["name"].Text))
                {
                    port["name"].Duplicate();
                }
            }

            port["port"].Port();
            port["protocol"].OneOf(Protocols);
            port["targetPort"].PortOrName();
            port["appProtocol"].Spelled(Words.Qualified);
        }
    }

    private static void Twice(Field ports)
    {
        var (numbers, nodePorts) = (new HashSet<(string, long?)>(), new HashSet<(string, long?)>());
        foreach (var port in ports.Items)
        {
            if (port["nodePort"].Number is { } node and not 0 && !nodePorts.Add((port["protocol"].Text, node)))
            {
                port["nodePort"].Duplicate();
            }
        }

        foreach (var port in ports.Items.Where(port => !numbers.Add((port["protocol"].Text, port["port"].Number))))
        {
            port.Showing(new JsonObject { ["Name"] = "", ["Protocol"] = port["protocol"].Text, ["AppProtocol"] = null, ["Port"] = port["port"].Number, ["TargetPort"] = 0, ["NodePort"] = 0 }).Duplicate();
        }
    }
}
