using Microsoft.Extensions.Configuration;

namespace TempoCos.AppHost;

/// <summary>A run in IBM Cloud and on the user's own cluster.</summary>
internal static class CloudTarget
{
    private const string ApiKey = "ibm-cloud-api-key";
    private const string Kubeconfig = "KUBECONFIG";
    private const string Token = "tempo-token";

    /// <summary>Parameters that are the pipeline's defaults for every run, by the variable that carries them.</summary>
    private static readonly (string Name, string Variable)[] Places =
    [
        ("region", "TempoCos__Region"), ("resource-group", "TempoCos__ResourceGroup"), ("service-instance", "TempoCos__ServiceInstance"), ("bucket", "TempoCos__Bucket"),
        ("storage-class", "TempoCos__StorageClass"), ("endpoint-type", "TempoCos__EndpointType"), ("namespace", "TempoCos__Namespace"), ("prefix", "TempoCos__Prefix"),
        ("adopt", "TempoCos__Adopt"), ("provider", "TempoCos__Provider"), ("s3-endpoint", "TempoCos__S3Endpoint"),
    ];

    /// <summary>Where IBM Cloud answers, when not at its public addresses: its private endpoints, for one.</summary>
    private static readonly string[] Addresses = ["IamUrl", "ResourceControllerUrl", "EndpointsUrl", "ConfigUrl", "GlobalSearchUrl", "TaggingUrl"];

    /// <summary>How patient those are who ask the cluster.</summary>
    private static readonly string[] Patience = ["Kubernetes:ExecTimeout", "TempoCos:RequestTimeout"];

    public static void AddCloud(
        this IDistributedApplicationBuilder builder,
        IResourceBuilder<ProjectResource> provisioner,
        IResourceBuilder<ProjectResource> deployer,
        IResourceBuilder<ProjectResource> verifier,
        IResourceBuilder<ProjectResource> pipeline)
    {
        var publishing = Publishing.Is(builder.Configuration);
        var apiKey = builder.Given(ApiKey)
            ?? (publishing ? "" : builder.Configuration["IbmCloud:ApiKey"] ?? Environment.GetEnvironmentVariable("IBMCLOUD_API_KEY") ?? (builder.Given("provider") == "s3" ? "" : Ask()));
        provisioner.WithEnvironment("IbmCloud__ApiKey", builder.AddParameter(ApiKey, apiKey, secret: true));
        foreach (var address in Addresses)
        {
            if (builder.Configuration[$"IbmCloud:{address}"] is { Length: > 0 } url)
            {
                provisioner.WithEnvironment($"IbmCloud__{address}", url);
            }
        }

        foreach (var (name, variable) in Places)
        {
            pipeline.WithEnvironment(variable, builder.AddParameter(name, builder.Given(name) ?? "", publishValueAsDefault: true));
        }

        var token = builder.Given(Token);
        if ((token ?? builder.Configuration["Tempo:Token"]) is { Length: > 0 } set)
        {
            deployer.WithEnvironment("Tempo__Token", builder.AddParameter(Token, token ?? (publishing ? "" : set), secret: true));
        }

        // The services' own setting counts as well: it is what their errors name.
        var context = builder.AddParameter("kube-context", builder.Given("kube-context") ?? (publishing ? null : builder.Configuration["Kubernetes:Context"]) ?? "", publishValueAsDefault: true);
        foreach (var service in (IResourceBuilder<ProjectResource>[])[provisioner, deployer, verifier])
        {
            service.WithEnvironment("Kubernetes__Context", context);
            foreach (var setting in Patience)
            {
                if (builder.Configuration[setting] is { Length: > 0 } time)
                {
                    service.WithEnvironment(setting.Replace(":", "__", StringComparison.Ordinal), time);
                }
            }

            if (!publishing && builder.Configuration[Kubeconfig] is { Length: > 0 } files)
            {
                service.WithEnvironment(Kubeconfig, Absolute(files));
            }
        }
    }

    /// <summary>Asks on a terminal without showing the answer; elsewhere nobody can be asked, and the cluster's Secret is left.</summary>
    private static string Ask()
    {
        if (Console.IsInputRedirected || Console.IsOutputRedirected)
        {
            return "";
        }

        Console.Write("IBM Cloud API key (empty: the cluster's Secret kube-system/qe-ibmcloud-creds): ");
        var key = "";
        for (var pressed = Console.ReadKey(intercept: true); pressed.Key != ConsoleKey.Enter; pressed = Console.ReadKey(intercept: true))
        {
            key = pressed.Key == ConsoleKey.Backspace ? key[..Math.Max(0, key.Length - 1)] : key + pressed.KeyChar;
        }

        Console.WriteLine();
        return key;
    }

    /// <summary>The services have working directories of their own.</summary>
    private static string Absolute(string files) => string.Join(
        Path.PathSeparator, files.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Path.GetFullPath));
}
