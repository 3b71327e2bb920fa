using TempoCos.Contracts;

namespace TempoCos.TempoStackDeployer.Tests.Clusters;

public sealed class CertificateTests : IDisposable
{
    private readonly TestKubeconfig _kubeconfig = new();
    private readonly TestAuthority _authority = new();

    public void Dispose()
    {
        _kubeconfig.Dispose();
        _authority.Dispose();
    }

    [Fact]
    public async Task A_server_of_the_kubeconfigs_own_authority_is_trusted()
    {
        using var certificate = _authority.Issue("127.0.0.1");
        await using var server = await TestApiServer.StartAsync(certificate);

        (await TestKubeconfig.VersionAsync(Trusting(server))).ShouldBe("v1.32.0");
        var file = _kubeconfig.Write("ca.crt", System.Text.Encoding.ASCII.GetString(Convert.FromBase64String(_authority.Data)));
        (await TestKubeconfig.VersionAsync(_kubeconfig.WriteOne(server.Address, "token: word", $"certificate-authority: {Path.GetFileName(file)}"))).ShouldBe("v1.32.0");
    }

    [Fact]
    public async Task An_unknown_authority_is_named_and_nothing_is_sent_to_it()
    {
        using var certificate = _authority.Issue("127.0.0.1");
        using var other = new TestAuthority();
        await using var server = await TestApiServer.StartAsync(certificate);

        foreach (var cluster in new[] { "", $"certificate-authority-data: {other.Data}" })
        {
            var refusal = await RefusalAsync(_kubeconfig.WriteOne(server.Address, "token: word", cluster));

            refusal.Code.ShouldBe("TC308");
            refusal.Value.ShouldBe(server.Address);
            refusal.Reason.ShouldContain("unknown authority CN=test authority");
            refusal.Fix.ShouldContain("certificate-authority-data");
        }

        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_wrong_host_name_is_named_also_by_the_kubeconfigs_own_authority_and_tls_server_name_mends_it()
    {
        using var certificate = _authority.Issue("other.example");
        await using var server = await TestApiServer.StartAsync(certificate);

        var refusal = await RefusalAsync(Trusting(server));

        refusal.Code.ShouldBe("TC308");
        refusal.Reason.ShouldContain("is for other.example and not for 127.0.0.1");
        refusal.Fix.ShouldContain("tls-server-name");
        server.Requests.ShouldBeEmpty();
        (await TestKubeconfig.VersionAsync(Trusting(server, ", tls-server-name: other.example"))).ShouldBe("v1.32.0");
    }

    [Fact]
    public async Task An_expired_certificate_of_the_server_is_told_with_its_time()
    {
        using var certificate = _authority.Issue("127.0.0.1", TimeSpan.FromDays(-1));
        await using var server = await TestApiServer.StartAsync(certificate);

        var refusal = await RefusalAsync(Trusting(server));

        refusal.Code.ShouldBe("TC308");
        refusal.Reason.ShouldContain("its certificate expired at 20");
        refusal.Fix.ShouldContain("renewed");
        (await TestKubeconfig.VersionAsync(_kubeconfig.WriteOne(server.Address, "token: word", "insecure-skip-tls-verify: true"))).ShouldBe("v1.32.0");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_certificate_is_shown(bool fromFiles)
    {
        using var certificate = _authority.Issue("127.0.0.1");
        using var client = _authority.Issue("jane");
        await using var server = await TestApiServer.StartAsync(certificate, asksForCertificate: true);

        await TestKubeconfig.VersionAsync(Trusting(server, user: User(client, fromFiles)));

        server.Requests.ShouldHaveSingleItem().ClientCertificate.ShouldBe("CN=jane");
    }

    [Fact]
    public async Task An_expired_client_certificate_is_told_before_anybody_is_asked()
    {
        using var client = _authority.Issue("jane", TimeSpan.FromDays(-1));

        var refusal = await RefusalAsync(_kubeconfig.WriteOne("https://127.0.0.1:1", User(client, false), $"certificate-authority-data: {_authority.Data}"));

        refusal.Code.ShouldBe("TC307");
        refusal.Reason.ShouldContain("The client certificate CN=jane expired at 20");
    }

    private string User(System.Security.Cryptography.X509Certificates.X509Certificate2 client, bool fromFiles)
    {
        if (!fromFiles)
        {
            return $"client-certificate-data: {TestAuthority.Encode(client.ExportCertificatePem())}, client-key-data: {TestAuthority.Encode(TestAuthority.KeyPem(client))}";
        }

        _kubeconfig.Write("jane.crt", client.ExportCertificatePem());
        _kubeconfig.Write("jane.key", TestAuthority.KeyPem(client));
        return "client-certificate: jane.crt, client-key: jane.key";
    }

    private string Trusting(TestApiServer server, string further = "", string user = "token: word") =>
        _kubeconfig.WriteOne(server.Address, user, $"certificate-authority-data: {_authority.Data}{further}");

    private static Task<DiagnosticException> RefusalAsync(string kubeconfig) => Should.ThrowAsync<DiagnosticException>(() => TestKubeconfig.VersionAsync(kubeconfig));
}
