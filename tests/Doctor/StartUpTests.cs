using System.Net;
using System.Net.Sockets;
using TempoCos.Contracts;

namespace TempoCos.Doctor.Tests;

/// <summary>Why Tempo's first request fails, cause by cause; nothing else is asked then.</summary>
public sealed class StartUpTests
{
    [Theory]
    [InlineData(403, "SignatureDoesNotMatch", "signature")]
    [InlineData(403, "InvalidAccessKeyId", "unknown-key")]
    [InlineData(404, "NoSuchBucket", "bucket")]
    [InlineData(301, "PermanentRedirect", "region")]
    [InlineData(307, "TemporaryRedirect", "region")]
    [InlineData(400, "AuthorizationHeaderMalformed", "region")]
    public async Task A_refusal_is_classified(int status, string code, string cause)
    {
        await using var store = await Store.StartAsync();
        await store.FailAsync($$"""{"operation":"ListObjects","status":{{status}},"code":"{{code}}"}""");

        ShouldEnd(await store.ExamineAsync(), cause);
    }

    [Fact]
    public async Task Wrong_secret_unknown_key_and_missing_bucket_are_told_apart_on_the_real_thing()
    {
        await using var store = await Store.StartAsync();

        ShouldEnd(await store.ExamineAsync(store.Target with { SecretKey = "another" }), "signature");
        ShouldEnd(await store.ExamineAsync(store.Target with { AccessKey = "another" }), "unknown-key");
        ShouldEnd(await store.ExamineAsync(store.Target with { Bucket = "another" }), "bucket");
    }

    [Fact]
    public async Task An_unknown_host_a_closed_port_tls_without_tls_and_a_web_page_are_told_apart()
    {
        await using var store = await Store.StartAsync();
        var target = store.Target;

        ShouldEnd(await store.ExamineAsync(target with { Endpoint = "https://no-such-host.invalid" }), "dns");
        ShouldEnd(await store.ExamineAsync(target with { Endpoint = $"http://127.0.0.1:{ClosedPort()}" }), "refused");
        ShouldEnd(await store.ExamineAsync(target with { Endpoint = $"https://127.0.0.1:{store.Address.Port}" }), "tls");

        await using var page = await TlsFront.PageAsync("<html>Please log in</html>");
        ShouldEnd(await store.ExamineAsync(target with { Endpoint = page.Address }), "not-s3");
    }

    [Fact]
    public async Task A_certificate_that_is_not_trusted_is_named_and_with_its_authority_all_checks_pass_over_tls()
    {
        await using var store = await Store.StartAsync();
        await using var front = await TlsFront.BeforeAsync(store.Address);
        var target = store.Target with { Endpoint = front.Address };

        ShouldEnd(await store.ExamineAsync(target), "tls-untrusted");

        var results = await store.ExamineAsync(target with { Authorities = front.Authorities });
        results.Where(result => result.Severity != CheckSeverity.Pass).Select(Show.Of).ShouldBeEmpty();
        results.Single(result => result.Id == "TC204").Evidence.Keys.ShouldContain("as Tempo sends it (UNSIGNED-PAYLOAD)");
        results.Single(result => result.Id == "TC204").Evidence.Keys.ShouldContain("trailer CRC32, unsigned");
    }

    [Fact]
    public async Task An_endpoint_that_cannot_be_read_ends_the_examination()
    {
        await using var store = await Store.StartAsync();

        var results = await store.ExamineAsync(store.Target with { Endpoint = "ftp://store" });

        results.Single(result => result.Severity == CheckSeverity.Fail).Id.ShouldBe("TC201");
        results.Where(result => result.Id != "TC201").ShouldAllBe(result => result.Severity == CheckSeverity.Skipped);
    }

    private static void ShouldEnd(IReadOnlyList<CheckResult> results, string cause)
    {
        var start = results.Single(result => result.Id == "TC202");
        start.Severity.ShouldBe(CheckSeverity.Fail, Show.Of(start));
        start.Evidence["cause"].ShouldBe(cause, Show.Of(start));
        start.Fix.ShouldNotBeEmpty();
        results.Where(result => result.Id is not ("TC201" or "TC202")).ShouldAllBe(result => result.Severity == CheckSeverity.Skipped && result.Message.Contains("TC202"));
    }

    private static int ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
