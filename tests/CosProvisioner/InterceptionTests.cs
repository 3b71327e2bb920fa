using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Grpc.Core;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using TempoCos.Contracts;
using TempoCos.IbmCloud;

namespace TempoCos.CosProvisioner.Tests;

/// <summary>Proxies, untrusted certificates and wrong clocks: each is said for what it is, and not as a fault of the cloud.</summary>
public sealed class InterceptionTests
{
    private static readonly ProvisionRequest Request = new() { RunId = "rproxy" };

    [Theory]
    [InlineData("/identity/token")]
    [InlineData("/v2/endpoints")]
    [InlineData("/v2/resource_instances")]
    [InlineData("PUT /tempocos-rproxy")]
    public async Task A_page_of_HTML_is_somebody_else_s_answer(string where)
    {
        await using var sandbox = await Sandbox.StartAsync();
        var wire = new Wire
        {
            Answers = what => what.Contains(where, StringComparison.Ordinal)
                ? new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("<html>Sign in to the guest network</html>", Encoding.UTF8, "text/html") }
                : null,
        };
        await using var host = await ServiceHost.StartAsync(sandbox, wire);

        var diagnostic = await host.DiagnoseAsync(Request);

        diagnostic.Code.ShouldBe("TC126", diagnostic.Message);
        diagnostic.Reason.ShouldContain("HTML");
        diagnostic.Value.ShouldContain("127.0.0.1");
        diagnostic.Fix.ShouldContain("NO_PROXY");
    }

    [Fact]
    public async Task A_proxy_that_asks_for_credentials_is_named()
    {
        await using var sandbox = await Sandbox.StartAsync();
        var wire = new Wire
        {
            Answers = what => what.Contains("/identity/token", StringComparison.Ordinal)
                ? new HttpResponseMessage(HttpStatusCode.ProxyAuthenticationRequired) { Headers = { ProxyAuthenticate = { new("Basic") } } }
                : null,
        };
        await using var host = await ServiceHost.StartAsync(sandbox, wire);

        var diagnostic = await host.DiagnoseAsync(Request);

        diagnostic.Code.ShouldBe("TC126");
        diagnostic.Reason.ShouldContain("asks for credentials (Basic)");
    }

    [Theory]
    [InlineData("HTTP_PROXY")]
    [InlineData("HTTPS_PROXY")]
    public async Task A_proxy_of_the_environment_that_cannot_be_reached_is_named(string variable)
    {
        await using var sandbox = await Sandbox.StartAsync();
        var settings = Provisioner.Settings(sandbox, "home", variable == "HTTPS_PROXY" ? new Dictionary<string, string?> { ["IbmCloud:IamUrl"] = "https://127.0.0.1:9" } : null);
        settings[variable] = $"http://user:proxy-password-nobody-says@127.0.0.1:{ClosedPort()}";
        await using var process = await ProvisionerProcess.StartAsync(settings);

        var failure = await Should.ThrowAsync<RpcException>(() => process.ProvisionAsync(Request));

        var diagnostic = DiagnosticException.From(failure).ShouldNotBeNull();
        diagnostic.Code.ShouldBe("TC126", diagnostic.Message);
        diagnostic.Reason.ShouldContain("the proxy http://127.0.0.1:");
        (diagnostic.Message + process.Output).ShouldNotContain("proxy-password-nobody-says");
    }

    [Fact]
    public async Task A_proxy_that_opens_no_tunnel_is_named_without_its_password()
    {
        await using var sandbox = await Sandbox.StartAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var proxy = builder.Build();
        proxy.Run(context =>
        {
            context.Response.StatusCode = StatusCodes.Status407ProxyAuthenticationRequired;
            return Task.CompletedTask;
        });
        await proxy.StartAsync(TestContext.Current.CancellationToken);
        var settings = Provisioner.Settings(sandbox, "home", new Dictionary<string, string?> { ["IbmCloud:IamUrl"] = "https://127.0.0.1:9" });
        settings["HTTPS_PROXY"] = proxy.Urls.Single().Replace("//", "//user:proxy-password-nobody-says@", StringComparison.Ordinal);
        await using var process = await ProvisionerProcess.StartAsync(settings);

        var failure = await Should.ThrowAsync<RpcException>(() => process.ProvisionAsync(Request));

        var diagnostic = DiagnosticException.From(failure).ShouldNotBeNull();
        diagnostic.Code.ShouldBe("TC126", diagnostic.Message);
        diagnostic.Reason.ShouldContain("407");
        (diagnostic.Message + process.Output).ShouldNotContain("proxy-password-nobody-says");
    }

    [Theory]
    [InlineData("IbmCloud:IamUrl")]
    [InlineData("S3")]
    public async Task A_certificate_that_nobody_vouches_for_is_named(string system)
    {
        await using var sandbox = await Sandbox.StartAsync();
        using var certificate = SelfSigned();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        await using var server = builder.Build();
        server.Run(context => context.Response.WriteAsync("never"));
        await server.StartAsync(TestContext.Current.CancellationToken);
        var url = server.Urls.Single();
        var s3 = system == "S3";
        await using var host = await ServiceHost.StartAsync(
            sandbox, settings: new Dictionary<string, string?> { [s3 ? "S3:AccessKeyId" : system] = s3 ? "any" : url, ["S3:SecretAccessKey"] = "any" });

        var diagnostic = await host.DiagnoseAsync(s3 ? new ProvisionRequest { RunId = "rtls", Provider = "s3", S3Endpoint = url } : Request);

        diagnostic.Code.ShouldBe("TC127", diagnostic.Message);
        diagnostic.Value.ShouldBe(url);
        diagnostic.Reason.ShouldContain("certificate");
        diagnostic.Fix.ShouldContain("SSL_CERT_FILE");
    }

    [Fact]
    public async Task A_clock_that_is_behind_is_named()
    {
        await using var sandbox = await Sandbox.StartAsync(new Knobs { ClockSkewSeconds = 3600 });
        await using var host = await ServiceHost.StartAsync(sandbox);

        var diagnostic = await host.DiagnoseAsync(Request);

        diagnostic.Code.ShouldBe("TC125", diagnostic.Message);
        diagnostic.Reason.ShouldContain("60 min behind");
    }

    [Theory]
    [InlineData(3600)]
    [InlineData(-3600)]
    public async Task A_store_that_takes_no_request_of_this_time_says_so(double skew)
    {
        await using var sandbox = await Sandbox.StartAsync(new Knobs { ClockSkewSeconds = skew });
        await using var host = await ServiceHost.StartAsync(
            sandbox, settings: new Dictionary<string, string?> { ["S3:AccessKeyId"] = Sandbox.Hmac.AccessKeyId, ["S3:SecretAccessKey"] = Sandbox.Hmac.SecretAccessKey });

        var diagnostic = await host.DiagnoseAsync(new ProvisionRequest { RunId = "rskew", Provider = "s3", S3Endpoint = sandbox.Url });

        diagnostic.Code.ShouldBe("TC125", diagnostic.Message);
        diagnostic.Fix.ShouldContain("NTP");
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }

    private static int ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
