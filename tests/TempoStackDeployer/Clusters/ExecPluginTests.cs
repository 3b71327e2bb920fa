using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using k8s;
using TempoCos.Contracts;

namespace TempoCos.TempoStackDeployer.Tests.Clusters;

public sealed class ExecPluginTests : IDisposable
{
    private const string V1 = "client.authentication.k8s.io/v1";

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

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
        using var connection = await TestKubeconfig.ConnectAsync(kubeconfig);
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
        using var connection = await TestKubeconfig.ConnectAsync(kubeconfig);

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
            using var connection = await TestKubeconfig.ConnectAsync(Config(server, Plugin($$"""{"token": "word", "expirationTimestamp": "{{expiry:yyyy-MM-ddTHH:mm:ssZ}}"}""", name: $"plugin-{expiry:HHmmss}")));
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
        await TestKubeconfig.VersionAsync(CertificateConfig(server, authority, client));

        server.Requests.ShouldHaveSingleItem().ClientCertificate.ShouldBe("CN=jane");
    }

    [Fact]
    public async Task A_client_certificate_that_is_refused_is_renewed_exactly_once_and_shown_instead()
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Issue("127.0.0.1");
        using var first = authority.Issue("jane-1");
        using var second = authority.Issue("jane-2");
        await using var server = await TestApiServer.StartAsync(certificate, request => request.HttpContext.Connection.ClientCertificate?.Subject == "CN=jane-2", asksForCertificate: true);
        using var connection = await TestKubeconfig.ConnectAsync(CertificateConfig(server, authority, first, second));

        await connection.Client.Version.GetCodeAsync(TestContext.Current.CancellationToken);
        await connection.Client.Version.GetCodeAsync(TestContext.Current.CancellationToken);

        Runs.ShouldBe(2);
        server.Requests.Select(request => request.ClientCertificate).ShouldBe(["CN=jane-1", "CN=jane-2", "CN=jane-2"]);
    }

    [Fact]
    public async Task Who_waits_for_a_plugin_may_go_and_who_stays_gets_what_it_gives()
    {
        await using var server = await TestApiServer.StartAsync();
        var connector = TestKubeconfig.Connector(Config(server, Waiting()));
        using var going = new CancellationTokenSource();
        var gone = connector.ConnectAsync(going.Token);
        var stays = connector.ConnectAsync(TestContext.Current.CancellationToken);
        using var plugin = await RunningPluginAsync();

        await going.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => gone);
        _kubeconfig.Write("go", "");

        (await stays).Dispose();
        Runs.ShouldBe(1);
    }

    [Fact]
    public async Task A_plugin_that_nobody_waits_for_any_more_is_ended_and_the_next_who_asks_runs_it_anew()
    {
        await using var server = await TestApiServer.StartAsync();
        var connector = TestKubeconfig.Connector(Config(server, Waiting()));
        using var going = new CancellationTokenSource();
        var gone = connector.ConnectAsync(going.Token);
        using var plugin = await RunningPluginAsync();

        await going.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => gone);

        await plugin.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Deadline, TestContext.Current.CancellationToken);
        _kubeconfig.Write("go", "");
        (await connector.ConnectAsync(TestContext.Current.CancellationToken)).Dispose();
        Runs.ShouldBe(2);
    }

    [Theory]
    [InlineData("echo 'cannot log in: token=hidden-word-of-me, see eyJhbGciOi1234567890abcdefghij' >&2; exit 3", "failed with exit code 3; it said: cannot log in: token=***, see ***")]
    [InlineData("echo hidden-word-of-me", "printed something that is not an ExecCredential")]
    [InlineData("echo '{\"kind\": \"Other\"}'", "printed something that is not an ExecCredential with a status")]
    [InlineData("echo '{\"apiVersion\": \"client.authentication.k8s.io/v1beta1\", \"kind\": \"ExecCredential\", \"status\": {\"token\": \"hidden-word-of-me\"}}'", "answered in another version than client.authentication.k8s.io/v1")]
    [InlineData("echo '{\"apiVersion\": \"client.authentication.k8s.io/v1\", \"kind\": \"ExecCredential\", \"status\": {}}'", "gave neither a token nor a client certificate")]
    [InlineData("printf '%s' '{\"kind\": \"ExecCredential\", \"kind\": \"ExecCredential\", \"status\": {}}'", "printed something that is not an ExecCredential")]
    [InlineData("printf '%s' '{\"apiVersion\": \"client.authentication.k8s.io/v1\", \"kind\": \"ExecCredential\", \"status\": {\"token\": \"hidden-word-of-me\\u000a\"}}'", "gave a token with letters in it that no token has")]
    [InlineData("sleep 600", "has not answered within 2 s")]
    [InlineData("echo 'open https://login.example and type password=hidden-word-of-me' >&2; sleep 600", "has not answered within 2 s; it said: open https://login.example and type password=***")]
    [InlineData("while :; do echo hidden-word-of-me; done", "has not answered within 2 s")]
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

    /// <summary>A plugin that answers as soon as there is a file of the name go.</summary>
    private string Waiting() => _kubeconfig.Script("plugin", $$"""
        cd {{_kubeconfig.Path("")}}
        echo $$ >> runs
        while [ ! -e go ]; do sleep 0.1; done
        echo '{"apiVersion": "{{V1}}", "kind": "ExecCredential", "status": {"token": "word"} }'
        """);

    private async Task<Process> RunningPluginAsync()
    {
        for (var waited = Stopwatch.StartNew(); ; await Task.Delay(20, TestContext.Current.CancellationToken))
        {
            if (Runs > 0 && int.TryParse((await File.ReadAllLinesAsync(_kubeconfig.Path("runs"), TestContext.Current.CancellationToken))[0], out var pid))
            {
                return Process.GetProcessById(pid);
            }

            waited.Elapsed.ShouldBeLessThan(Deadline, "the plugin does not run");
        }
    }

    /// <summary>With a plugin that gives one certificate after the other.</summary>
    private string CertificateConfig(TestApiServer server, TestAuthority authority, params X509Certificate2[] certificates)
    {
        foreach (var (number, given) in certificates.Index())
        {
            _kubeconfig.Write($"answer-{number + 1}", $$$"""{"apiVersion": "{{{V1}}}", "kind": "ExecCredential", "status": {"clientCertificateData": "{{{Pem(given.ExportCertificatePem())}}}", "clientKeyData": "{{{Pem(TestAuthority.KeyPem(given))}}}"}}""");
        }

        var plugin = _kubeconfig.Script("plugin", $"""
            cd {_kubeconfig.Path("")}
            echo run >> runs
            cat answer-$(wc -l < runs | tr -d " ")
            """);
        return _kubeconfig.WriteOne(server.Address, $"exec: {{apiVersion: {V1}, command: {plugin}, interactiveMode: Never}}", $"certificate-authority-data: {authority.Data}");

        static string Pem(string text) => text.ReplaceLineEndings("\\n");
    }

    private string Config(TestApiServer server, string plugin, string version = V1, string further = "", string mode = "IfAvailable") =>
        _kubeconfig.WriteOne(server.Address, $"exec: {{apiVersion: {version}, command: {plugin}, interactiveMode: {mode}{further}}}");

    private static Task<DiagnosticException> RefusalAsync(string kubeconfig, params (string Key, string Value)[] configuration) =>
        Should.ThrowAsync<DiagnosticException>(() => TestKubeconfig.VersionAsync(kubeconfig, configuration));
}
