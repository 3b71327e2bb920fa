namespace TempoCos.Cluster.Operator;

/// <summary>Names of what belongs to an instance.</summary>
public static class Naming
{
    /// <summary><c>tempo-INSTANCE-COMPONENT</c>; of the instance itself where the component is empty or tempo.</summary>
    public static string Name(string component, string instance) => Dns(component is "" or "tempo" ? $"tempo-{instance}" : $"tempo-{instance}-{component}");

    /// <summary>The Secret with a component's certificate for calls between components.</summary>
    public static string Certificate(string component, string instance) => Name(component, instance) + "-mtls";

    public static string CaBundle(string instance) => $"tempo-{instance}-ca-bundle";

    public static string SigningCa(string instance) => $"tempo-{instance}-signing-ca";

    public static string ServingCertificate(string component, string instance) => Name(component, instance) + "-serving-cert";

    public static string ServingCaBundle(string instance) => Name("", instance) + "-serving-cabundle";

    public static string Fqdn(string ns, string instance, string component) => $"{Name(component, instance)}.{ns}.svc.cluster.local";

    public static string RouteHost(string ns, string instance, string component, string baseDomain) => $"{Name(component, instance)}-{ns}.{baseDomain}";

    /// <summary>Fit for DNS: what is neither letter nor digit becomes a dash, and an a at either end.</summary>
    public static string Dns(string name) => string.Concat(name.ToLowerInvariant().Select((character, at) =>
        char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) ? character : at == 0 || at == name.Length - 1 ? 'a' : '-'));
}
