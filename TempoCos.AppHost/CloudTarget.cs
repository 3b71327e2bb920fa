using Microsoft.Extensions.Configuration;

namespace TempoCos.AppHost;

/// <summary>A run in IBM Cloud and on the user's own cluster.</summary>
internal static class CloudTarget
{
    private const string ApiKey = "ibm-cloud-api-key";

    /// <summary>Parameters that the pipeline passes on to the provisioner, by the variable that carries them.</summary>
    private static readonly (string Name, string Variable)[] Names =
    [
        ("region", "TempoCos__Region"), ("resource-group", "TempoCos__ResourceGroup"), ("service-instance", "TempoCos__ServiceInstance"), ("bucket", "TempoCos__Bucket"),
    ];

    public static void AddCloud(
        this IDistributedApplicationBuilder builder,
        HomeDirectory home,
        IResourceBuilder<ProjectResource> provisioner,
        IResourceBuilder<ProjectResource> deployer,
        IResourceBuilder<ProjectResource> verifier,
        IResourceBuilder<ProjectResource> pipeline)
    {
        builder.Configuration[$"Parameters:{ApiKey}"] ??= builder.Configuration["Parameters:ibm_cloud_api_key"] ?? Environment.GetEnvironmentVariable("IBMCLOUD_API_KEY") ?? Ask();
        provisioner.WithEnvironment("IbmCloud__ApiKey", builder.AddParameter(ApiKey, secret: true));
        foreach (var (name, variable) in Names)
        {
            pipeline.WithEnvironment(variable, builder.AddParameter(name, Given(builder, name)));
        }

        var context = Given(builder, "kube-context");
        builder.AddParameter("kube-context", context);
        var kubeconfig = Kubeconfig(home, context);
        foreach (var service in (IResourceBuilder<ProjectResource>[])[provisioner, deployer, verifier])
        {
            service.WithEnvironment("KUBECONFIG", kubeconfig);
        }
    }

    private static string Given(IDistributedApplicationBuilder builder, string name) =>
        builder.Configuration[$"Parameters:{name}"] ?? builder.Configuration[$"Parameters:{name.Replace('-', '_')}"] ?? "";

    /// <summary>Asks on a terminal without showing the answer; elsewhere null, and Aspire says that the parameter is missing.</summary>
    private static string? Ask()
    {
        if (Console.IsInputRedirected || Console.IsOutputRedirected)
        {
            return null;
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

    /// <summary>The user's kubeconfig; a context that is named goes in front, where kubectl and the services read it first.</summary>
    private static string Kubeconfig(HomeDirectory home, string context)
    {
        var user = Environment.GetEnvironmentVariable("KUBECONFIG") is { Length: > 0 } given
            ? given
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".kube", "config");
        if (context.Length == 0)
        {
            return user;
        }

        var first = home.In("kube-context.yaml");
        File.WriteAllText(first, $"apiVersion: v1\nkind: Config\ncurrent-context: {context}\n");
        return $"{first}{Path.PathSeparator}{user}";
    }
}
