using k8s;
using TempoCos.Contracts;

namespace TempoCos.TempoStackDeployer.Tests.Clusters;

public sealed class KubeconfigTests : IDisposable
{
    private readonly TestKubeconfig _kubeconfig = new();

    public void Dispose() => _kubeconfig.Dispose();

    [Theory]
    [InlineData("elsewhere", "there is no context elsewhere; it has one, two")]
    [InlineData("ONE", "there is no context ONE; it has one, two")]
    public async Task A_wrong_context_is_told_with_those_that_there_are(string context, string reason)
    {
        var file = Two("http://127.0.0.1:1");

        var refusal = await RefusalAsync(file, ("Kubernetes:Context", context));

        refusal.Code.ShouldBe("TC306");
        refusal.Value.ShouldContain(context);
        refusal.Reason.ShouldContain(reason);
        refusal.Fix.ShouldContain("Kubernetes__Context");
    }

    [Fact]
    public async Task A_named_context_wins_over_the_current_one()
    {
        await using var server = await TestApiServer.StartAsync();

        await TestKubeconfig.VersionAsync(Two(server.Address), ("Kubernetes:Context", "two"));
        await TestKubeconfig.VersionAsync(Two(server.Address));

        server.Requests.Select(request => request.Header("Authorization")).ShouldBe(["Bearer word-of-two", "Bearer word-of-one"]);
    }

    [Theory]
    [InlineData("contexts: [{name: one, context: {cluster: none, user: me}}]", "names the cluster none, which is not there")]
    [InlineData("contexts: [{name: one, context: {cluster: there, user: nobody}}]", "names the user nobody, who is not there")]
    [InlineData("contexts: []", "there is no context one; it has none at all")]
    public async Task What_a_context_lacks_is_named(string contexts, string reason)
    {
        var file = _kubeconfig.Write("kubeconfig", $$$"""
            current-context: one
            {{{contexts}}}
            clusters: [{name: there, cluster: {server: "http://127.0.0.1:1"}}]
            users: [{name: me, user: {token: word}}]
            """);

        var refusal = await RefusalAsync(file);

        refusal.Code.ShouldBe("TC306");
        refusal.Reason.ShouldContain(reason);
    }

    [Fact]
    public async Task Several_files_are_one_and_the_first_that_names_a_thing_decides()
    {
        await using var server = await TestApiServer.StartAsync();
        Directory.CreateDirectory(_kubeconfig.Path("deep"));
        _kubeconfig.Write("deep/word", "word-in-a-file");
        string[] files =
        [
            _kubeconfig.Write("empty", ""),
            _kubeconfig.Write("first", "current-context: here\ncontexts: [{name: here, context: {cluster: there, user: me}}]"),
            _kubeconfig.Path("none"),
            _kubeconfig.Write("second", "clusters: [{name: there, cluster: {server: \"" + server.Address + "\"}}]\ncurrent-context: other"),
            _kubeconfig.Write("deep/third", "clusters: [{name: there, cluster: {server: \"http://127.0.0.1:1\"}}]\nusers: [{name: me, user: {tokenFile: word}}]"),
            _kubeconfig.Write("fourth", "users: [{name: me, user: {token: wrong, tokenFile: /none}}]"),
        ];

        await TestKubeconfig.VersionAsync(string.Join(Path.PathSeparator, files));

        server.Requests.ShouldHaveSingleItem().Header("Authorization").ShouldBe("Bearer word-in-a-file");
    }

    [Theory]
    [InlineData("token: sha256~word", "Bearer sha256~word")]
    [InlineData("username: me, password: word", "Basic bWU6d29yZA==")]
    [InlineData("", "")]
    public async Task Credentials_are_sent_as_they_are_meant(string user, string header)
    {
        await using var server = await TestApiServer.StartAsync();

        await TestKubeconfig.VersionAsync(_kubeconfig.WriteOne(server.Address, user));

        server.Requests.ShouldHaveSingleItem().Header("Authorization").ShouldBe(header);
    }

    [Fact]
    public async Task Somebody_else_is_impersonated_when_the_kubeconfig_says_so()
    {
        await using var server = await TestApiServer.StartAsync();

        await TestKubeconfig.VersionAsync(_kubeconfig.WriteOne(server.Address, "token: word, as: jane, as-uid: u1, as-groups: [one, two]"));

        var request = server.Requests.ShouldHaveSingleItem();
        request.Header("Impersonate-User").ShouldBe("jane");
        request.Header("Impersonate-Uid").ShouldBe("u1");
        request.Header("Impersonate-Group").Split(',', StringSplitOptions.TrimEntries).ShouldBe(["one", "two"]);
    }

    [Fact]
    public async Task A_proxy_is_gone_through()
    {
        await using var proxy = await TestApiServer.StartAsync();

        await TestKubeconfig.VersionAsync(_kubeconfig.WriteOne("http://api.invalid", "token: word", $"proxy-url: \"{proxy.Address}\""));

        proxy.Requests.ShouldHaveSingleItem().Host.ShouldBe("api.invalid");
    }

    [Fact]
    public async Task A_proxy_that_is_none_is_named()
    {
        var refusal = await RefusalAsync(_kubeconfig.WriteOne("http://api.invalid", "token: word", "proxy-url: \"ftp://me:hidden-word@there\""));

        refusal.Code.ShouldBe("TC306");
        refusal.Reason.ShouldContain("proxy-url");
        refusal.Message.ShouldNotContain("hidden-word");
    }

    [Fact]
    public async Task A_token_file_is_read_again_when_it_changes()
    {
        await using var server = await TestApiServer.StartAsync(letsIn: request => request.Headers.Authorization == "Bearer second");
        var words = _kubeconfig.Write("word", "first\n");
        using var connection = await TestKubeconfig.ConnectAsync(_kubeconfig.WriteOne(server.Address, $"token: old, tokenFile: {words}"));

        var refusal = await Should.ThrowAsync<DiagnosticException>(() => connection.Client.Version.GetCodeAsync(TestContext.Current.CancellationToken));
        _kubeconfig.Write("word", "second\n");
        await connection.Client.Version.GetCodeAsync(TestContext.Current.CancellationToken);
        File.Delete(words);
        await connection.Client.Version.GetCodeAsync(TestContext.Current.CancellationToken);

        refusal.Code.ShouldBe("TC307");
        server.Requests.Select(request => request.Header("Authorization")).ShouldBe(["Bearer first", "Bearer second", "Bearer second"]);
    }

    [Fact]
    public async Task A_token_file_that_is_not_there_is_named()
    {
        await using var server = await TestApiServer.StartAsync();

        var refusal = await RefusalAsync(_kubeconfig.WriteOne(server.Address, "tokenFile: none"));

        refusal.Code.ShouldBe("TC306");
        refusal.Value.ShouldBe(_kubeconfig.Path("none"));
    }

    [Fact]
    public async Task An_expired_token_is_told_without_showing_it()
    {
        await using var server = await TestApiServer.StartAsync(letsIn: _ => false);
        var token = $"e30.{Convert.ToBase64String("""{"exp":1700000000}"""u8).TrimEnd('=')}.signature";

        var refusal = await RefusalAsync(_kubeconfig.WriteOne(server.Address, $"token: {token}"));

        refusal.Code.ShouldBe("TC307");
        refusal.Value.ShouldBe(server.Address);
        refusal.Reason.ShouldContain("expired at 2023-11-14 22:13:20Z");
        refusal.Fix.ShouldContain("oc login");
        refusal.Message.ShouldNotContain(token);
        server.Requests.Count.ShouldBe(1, "the same token is not tried twice");
    }

    [Fact]
    public async Task A_token_that_is_refused_otherwise_is_not_called_expired()
    {
        await using var server = await TestApiServer.StartAsync(letsIn: _ => false);

        (await RefusalAsync(_kubeconfig.WriteOne(server.Address, "token: word"))).Reason.ShouldNotContain("expired");
    }

    private string Two(string server) => _kubeconfig.Write("kubeconfig", $$$"""
        current-context: one
        contexts: [{name: one, context: {cluster: there, user: one}}, {name: two, context: {cluster: there, user: two}}]
        clusters: [{name: there, cluster: {server: "{{{server}}}"}}]
        users: [{name: one, user: {token: word-of-one}}, {name: two, user: {token: word-of-two}}]
        """);

    private static Task<DiagnosticException> RefusalAsync(string kubeconfig, params (string Key, string Value)[] configuration) =>
        Should.ThrowAsync<DiagnosticException>(() => TestKubeconfig.VersionAsync(kubeconfig, configuration));
}
