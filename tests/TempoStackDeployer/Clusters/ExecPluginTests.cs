using k8s;
using TempoCos.Contracts;

namespace TempoCos.TempoStackDeployer.Tests.Clusters;

public sealed class ExecPluginTests : IDisposable
{
    private const string V1 = "client.authentication.k8s.io/v1";

    private readonly TestKubeconfig _kubeconfig = new();

    private int Runs => File.Exists(_kubeconfig.Path("runs")) ? File.ReadAllLines(_kubeconfig.Path("runs")).Length : 0;

    public void Dispose() => _kubeconfig.Dispose();

    [Theory]
    [InlineData(V1)]
    [InlineData("client.authentication.k8s.io/v1beta1")]
    public async Task A_plugin_is_asked_once_for_many_requests_and_connections(string version)
    {
        await using var server = await TestApiServer.StartAsync(letsIn: request => request.Headers.Authorization == "Bearer word-1 of two");
        var kubeconfig = Config(server, Plugin("""{"token": "word-1 '"$1"'"}""", version), version, ", args: [\"of two\", \"a \\\"b\"], env: [{name: GIVEN, value: v}]");

        await TestKubeconfig.VersionAsync(kubeconfig);
        using var connection = TestKubeconfig.Connect(kubeconfig);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => connection.Client.Version.GetCodeAsync(TestContext.Current.CancellationToken)));

        Runs.ShouldBe(1);
        (await File.ReadAllTextAsync(_kubeconfig.Path("asked"), TestContext.Current.CancellationToken)).ShouldBe(
            $$$"""2 v {"apiVersion":"{{{version}}}","kind":"ExecCredential","spec":{"interactive":false}}""" + "\n");
    }

    [Fact]
    public async Task A_token_that_is_refused_is_renewed_exactly_once()
    {
        await using var server = await TestApiServer.StartAsync(letsIn: request => request.Headers.Authorization == "Bearer word-2");
        var kubeconfig = Config(server, Plugin("""{"token": "word-'$(wc -l < runs | tr -d " ")'"}"""));
        using var connection = TestKubeconfig.Connect(kubeconfig);

        await connection.Client.Version.GetCodeAsync(TestContext.Current.CancellationToken);
        await connection.Client.Version.GetCodeAsync(TestContext.Current.CancellationToken);

        Runs.ShouldBe(2);
        server.Requests.Select(request => request.Header("Authorization")).ShouldBe(["Bearer word-1", "Bearer word-2", "Bearer word-2"]);
    }

    [Fact]
    public async Task A_plugin_whose_tokens_are_all_refused_is_not_asked_for_ever()
    {
        await using var server = await TestApiServer.StartAsync(letsIn: _ => false);
        var plugin = Plugin("""{"token": "word-'$(wc -l < runs | tr -d " ")'"}""");

        var refusal = await RefusalAsync(Config(server, plugin));

        refusal.Code.ShouldBe("TC307");
        refusal.Reason.ShouldContain(plugin);
        refusal.Message.ShouldNotContain("word-");
        Runs.ShouldBe(2);
        server.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_token_is_renewed_before_it_runs_out_and_not_while_it_is_good()
    {
        await using var server = await TestApiServer.StartAsync();
        await AskTwiceAsync(DateTime.UtcNow.AddSeconds(10));
        Runs.ShouldBe(3, "once to connect, and for each request");
        File.Delete(_kubeconfig.Path("runs"));

        await AskTwiceAsync(DateTime.UtcNow.AddHours(1));
        Runs.ShouldBe(1);

        async Task AskTwiceAsync(DateTime expiry)
        {
            using var connection = TestKubeconfig.Connect(Config(server, Plugin($$"""{"token": "word", "expirationTimestamp": "{{expiry:yyyy-MM-ddTHH:mm:ssZ}}"}""", name: $"plugin-{expiry:HHmmss}")));
            await connection.Client.Version.GetCodeAsync(TestContext.Current.CancellationToken);
            await connection.Client.Version.GetCodeAsync(TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task A_client_certificate_may_come_from_a_plugin()
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Issue("127.0.0.1");
        using var client = authority.Issue("jane");
        await using var server = await TestApiServer.StartAsync(certificate, asksForCertificate: true);
        var pem = (string text) => text.ReplaceLineEndings("\\n");
        _kubeconfig.Write("answer", $$$"""{"apiVersion": "{{{V1}}}", "kind": "ExecCredential", "status": {"clientCertificateData": "{{{pem(client.ExportCertificatePem())}}}", "clientKeyData": "{{{pem(TestAuthority.KeyPem(client))}}}"}}""");
        var plugin = _kubeconfig.Script("plugin", $"cat {_kubeconfig.Path("answer")}");

        await TestKubeconfig.VersionAsync(_kubeconfig.WriteOne(
            server.Address, $"exec: {{apiVersion: {V1}, command: {plugin}, interactiveMode: Never}}", $"certificate-authority-data: {authority.Data}"));

        server.Requests.ShouldHaveSingleItem().ClientCertificate.ShouldBe("CN=jane");
    }

    [Theory]
    [InlineData("echo 'cannot log in: token=hidden-word-of-me, see eyJhbGciOi1234567890abcdefghij' >&2; exit 3", "failed with exit code 3; it said: cannot log in: token=***, see ***")]
    [InlineData("echo hidden-word-of-me", "printed something that is not an ExecCredential")]
    [InlineData("echo '{\"kind\": \"Other\"}'", "printed something that is not an ExecCredential with a status")]
    [InlineData("echo '{\"apiVersion\": \"client.authentication.k8s.io/v1beta1\", \"kind\": \"ExecCredential\", \"status\": {\"token\": \"hidden-word-of-me\"}}'", "answered in another version than client.authentication.k8s.io/v1")]
    [InlineData("echo '{\"apiVersion\": \"client.authentication.k8s.io/v1\", \"kind\": \"ExecCredential\", \"status\": {}}'", "gave neither a token nor a client certificate")]
    [InlineData("sleep 600", "has not answered within 2 s")]
    public async Task A_plugin_that_does_not_answer_as_it_should_is_named_with_what_it_said(string body, string reason)
    {
        await using var server = await TestApiServer.StartAsync();
        var plugin = _kubeconfig.Script("plugin", body);

        var refusal = await RefusalAsync(Config(server, plugin, further: ", env: [{name: SECRET, value: hidden-word-of-me}]"), ("Kubernetes:ExecTimeout", "00:00:02"));

        refusal.Code.ShouldBe("TC312");
        refusal.Value.ShouldBe(plugin);
        refusal.Reason.ShouldContain(reason);
        refusal.Fix.ShouldContain("by hand");
        refusal.ToString().ShouldNotContain("hidden-word");
        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_plugin_that_is_not_installed_is_named_with_its_hint()
    {
        await using var server = await TestApiServer.StartAsync();

        var refusal = await RefusalAsync(Config(server, "tempocos-no-such-plugin", further: ", installHint: \"Install it from there.\""));

        refusal.Code.ShouldBe("TC312");
        refusal.Value.ShouldBe("tempocos-no-such-plugin");
        refusal.Fix.ShouldBe("Install it from there.");
    }

    [Theory]
    [InlineData("client.authentication.k8s.io/v1alpha1", "Never", "speaks client.authentication.k8s.io/v1alpha1")]
    [InlineData(V1, "Always", "interactiveMode: Always")]
    public async Task A_plugin_that_cannot_work_here_is_not_run(string version, string mode, string reason)
    {
        await using var server = await TestApiServer.StartAsync();

        var refusal = await RefusalAsync(Config(server, Plugin("""{"token": "word"}"""), version, mode: mode));

        refusal.Code.ShouldBe("TC312");
        refusal.Reason.ShouldContain(reason);
        Runs.ShouldBe(0);
    }

    /// <summary>A plugin with this status, which writes down that it ran and what it was asked.</summary>
    private string Plugin(string status, string version = V1, string name = "plugin") => _kubeconfig.Script(name, $$"""
        cd {{_kubeconfig.Path("")}}
        echo run >> runs
        echo "$# $GIVEN $KUBERNETES_EXEC_INFO" > asked
        echo '{"apiVersion": "{{version}}", "kind": "ExecCredential", "status": {{status}}}'
        """);

    private string Config(TestApiServer server, string plugin, string version = V1, string further = "", string mode = "IfAvailable") =>
        _kubeconfig.WriteOne(server.Address, $"exec: {{apiVersion: {version}, command: {plugin}, interactiveMode: {mode}{further}}}");

    private static Task<DiagnosticException> RefusalAsync(string kubeconfig, params (string Key, string Value)[] configuration) =>
        Should.ThrowAsync<DiagnosticException>(() => TestKubeconfig.VersionAsync(kubeconfig, configuration));
}
