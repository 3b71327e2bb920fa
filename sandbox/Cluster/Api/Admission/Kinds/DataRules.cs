using System.Text;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Api.Admission.Kinds;

/// <summary>ConfigMaps and Secrets.</summary>
public static class DataRules
{
    private const int Largest = 1 << 20;

    private static readonly Dictionary<string, string[]> Demanded = new()
    {
        ["kubernetes.io/tls"] = ["tls.crt", "tls.key"],
        ["kubernetes.io/dockercfg"] = [".dockercfg"],
        ["kubernetes.io/dockerconfigjson"] = [".dockerconfigjson"],
        ["kubernetes.io/ssh-auth"] = ["ssh-privatekey"],
    };

    public static void ConfigMap(Field map)
    {
        foreach (var (name, entry) in map["data"].Entries)
        {
            Key(name, entry);
            if (map["binaryData"].Key(name).IsSet)
            {
                entry.Showing(name).Invalid("duplicate of key present in binaryData");
            }
        }

        foreach (var (name, entry) in map["binaryData"].Entries)
        {
            Key(name, entry);
        }

        if (map["data"].Entries.Sum(one => (long)Encoding.UTF8.GetByteCount(one.Field.Text)) + map["binaryData"].Entries.Sum(one => Bytes(one.Field.Text)) > Largest)
        {
            (map with { Path = "[]" }).TooLong(Largest);
        }
    }

    public static void Secret(Field secret)
    {
        var (data, type) = (secret["data"], secret["type"].Text);
        foreach (var (name, entry) in data.Entries)
        {
            Key(name, entry);
        }

        if (data.Entries.Sum(one => Bytes(one.Field.Text)) > Largest)
        {
            data.TooLong(Largest);
        }

        foreach (var name in Demanded.GetValueOrDefault(type, []).Where(name => !Has(name)))
        {
            data.Key(name).Required();
        }

        if (type == "kubernetes.io/basic-auth" && !Has("username") && !Has("password"))
        {
            data.Key("username").Required();
            data.Key("password").Required();
        }

        if (type == "kubernetes.io/service-account-token")
        {
            secret["metadata"]["annotations"].Key("kubernetes.io/service-account.name").Demand();
        }

        bool Has(string name) => data.Entries.Any(one => one.Name == name);
    }

    private static void Key(string name, Field entry)
    {
        foreach (var wrong in Words.DataKey(name))
        {
            entry.Showing(name).Invalid(wrong);
        }
    }

    private static long Bytes(string base64) => (base64.Length / 4L * 3) - base64.AsSpan().Count('=');
}
