using System.Text.Json;
using TempoCos.Contracts;

namespace TempoCos.CosProvisioner.Tests;

/// <summary>KUBECONFIG as kubectl takes it: several files, each with paths relative to itself, and a context.</summary>
public sealed class KubeconfigTests
{
    [Fact]
    public async Task Several_files_are_one_and_the_context_is_chosen_by_name()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var host = await StartAsync(sandbox, "proofs");

        (await host.ProvisionAsync(new ProvisionRequest { RunId = "rmerged" })).Namespace.ShouldBe("tempocos-rmerged");

        (await sandbox.NamespacesAsync()).ShouldContain("tempocos-rmerged");
        (await host.DeprovisionAsync("rmerged")).Leftovers.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("", "TC306", "context of a thief")]
    [InlineData("nobody-made-it", "TC306", "nobody-made-it")]
    [InlineData("stranger", "TC307", "https://127.0.0.1:")]
    public async Task A_context_that_leads_nowhere_is_named(string context, string code, string value)
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var host = await StartAsync(sandbox, context);

        var diagnostic = await host.DiagnoseAsync(new ProvisionRequest { RunId = "rnowhere" });

        diagnostic.Code.ShouldBe(code, diagnostic.Message);
        (diagnostic.Value + diagnostic.Reason).ShouldContain(value);
        diagnostic.Message.ShouldNotContain("not-the-token");
    }

    /// <summary>The first file decides on the current context and on the user "stranger"; the cluster's certificate stands beside the last one.</summary>
    private static async Task<ServiceHost> StartAsync(Sandbox sandbox, string context)
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var cluster = JsonDocument.Parse(JsonSerializer.Serialize(k8s.KubernetesYaml.Deserialize<object>(await File.ReadAllTextAsync(sandbox.Kubeconfig, cancellation))));
        var server = cluster.RootElement.GetProperty("clusters")[0].GetProperty("cluster");
        var token = cluster.RootElement.GetProperty("users")[0].GetProperty("user").GetProperty("token").GetString();
        var first = sandbox.Directory.Sub("first");
        var last = sandbox.Directory.Sub("last");
        await File.WriteAllBytesAsync(Path.Combine(last, "ca.pem"), Convert.FromBase64String(server.GetProperty("certificate-authority-data").GetString()!), cancellation);
        await File.WriteAllTextAsync(Path.Combine(first, "config"), """
            apiVersion: v1
            kind: Config
            current-context: context of a thief
            contexts: [{name: stranger, context: {cluster: here, user: stranger}}]
            users: [{name: stranger, user: {token: not-the-token}}]
            """, cancellation);
        await File.WriteAllTextAsync(Path.Combine(first, "empty"), "", cancellation);
        await File.WriteAllTextAsync(Path.Combine(last, "config"), $$$"""
            apiVersion: v1
            kind: Config
            current-context: proofs
            contexts: [{name: proofs, context: {cluster: here, user: known}}]
            clusters: [{name: here, cluster: {server: "{{{server.GetProperty("server").GetString()}}}", certificate-authority: ca.pem}}]
            users: [{name: known, user: {token: "{{{token}}}"}}, {name: stranger, user: {token: "{{{token}}}"}}]
            """, cancellation);
        string[] files = [Path.Combine(first, "config"), Path.Combine(first, "missing"), Path.Combine(first, "empty"), Path.Combine(last, "config")];
        return await ServiceHost.StartAsync(
            sandbox, settings: new Dictionary<string, string?> { ["KUBECONFIG"] = string.Join(Path.PathSeparator, files), ["Kubernetes:Context"] = context });
    }
}
