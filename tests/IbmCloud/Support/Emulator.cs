using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Amazon.Runtime;
using Amazon.S3;
using Microsoft.AspNetCore.Builder;

namespace TempoCos.IbmCloud.Tests.Support;

/// <summary>The emulator in this process, on a directory of its own, with a seeded HMAC credential and an API key.</summary>
public sealed class Emulator : IAsyncDisposable
{
    public const string AccessKey = "seeded";
    public const string SecretKey = "seeded-secret";
    public const string ApiKey = "test-api-key";
    public const string StandardPlan = "744bfc56-d12c-4866-88d5-dac9139e0e5d";

    private readonly TemporaryDirectory _directory = new();
    private readonly Func<IbmCloudOptions, IbmCloudOptions> _adjust;
    private WebApplication? _app;

    private Emulator(Func<IbmCloudOptions, IbmCloudOptions> adjust) => _adjust = adjust;

    public string DataDirectory => _directory.Path;

    public string Url { get; private set; } = "";

    public HttpClient Http { get; private set; } = new();

    public static async Task<Emulator> StartAsync(Func<IbmCloudOptions, IbmCloudOptions>? adjust = null)
    {
        var emulator = new Emulator(adjust ?? (options => options));
        await emulator.StartAppAsync();
        return emulator;
    }

    public async Task RestartAsync()
    {
        await StopAppAsync();
        await StartAppAsync();
    }

    public AmazonS3Client S3(string accessKey = AccessKey, string secretKey = SecretKey, Action<AmazonS3Config>? configure = null)
    {
        var config = new AmazonS3Config
        {
            ServiceURL = Url,
            ForcePathStyle = true,
            AuthenticationRegion = "us-east",
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            MaxErrorRetry = 0,
        };
        configure?.Invoke(config);
        return new AmazonS3Client(new BasicAWSCredentials(accessKey, secretKey), config);
    }

    public async Task<AmazonS3Client> S3WithBucketAsync(string bucket, CancellationToken cancellationToken)
    {
        var client = S3();
        await client.PutBucketAsync(bucket, cancellationToken);
        return client;
    }

    /// <summary>A client of the control plane that carries a token of <paramref name="apiKey"/>.</summary>
    public async Task<HttpClient> SignInAsync(CancellationToken cancellationToken, string apiKey = ApiKey)
    {
        var client = new HttpClient { BaseAddress = new Uri(Url), Timeout = TimeSpan.FromSeconds(60) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(apiKey, cancellationToken));
        return client;
    }

    public async Task<string> TokenAsync(string apiKey, CancellationToken cancellationToken)
    {
        using var response = await RequestTokenAsync(apiKey, cancellationToken);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return (await response.Content.ReadFromJsonAsync<JsonObject>(cancellationToken))!["access_token"]!.GetValue<string>();
    }

    public Task<HttpResponseMessage> RequestTokenAsync(string apiKey, CancellationToken cancellationToken) =>
        Http.PostAsync(
            "/_/iam/identity/token",
            new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = "urn:ibm:params:oauth:grant-type:apikey", ["apikey"] = apiKey }),
            cancellationToken);

    public async Task<JsonObject> InventoryAsync(CancellationToken cancellationToken) =>
        (await Http.GetFromJsonAsync<JsonObject>("/_/admin/inventory", cancellationToken))!;

    public async Task TurnAsync(object knobs, CancellationToken cancellationToken)
    {
        using var response = await Http.PostAsJsonAsync("/_/admin/knobs", knobs, cancellationToken);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    public async Task PlanFaultAsync(object fault, CancellationToken cancellationToken)
    {
        using var response = await Http.PostAsJsonAsync("/_/admin/faults", fault, cancellationToken);
        response.StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    public async Task ClearFaultsAsync(CancellationToken cancellationToken)
    {
        using var response = await Http.DeleteAsync("/_/admin/faults", cancellationToken);
        response.StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    /// <summary>The lines of the request log after number <paramref name="since"/>.</summary>
    public async Task<JsonObject[]> RequestsAsync(CancellationToken cancellationToken, long since = 0) =>
    [
        .. (await Http.GetStringAsync($"/_/admin/requests?since={since}", cancellationToken))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject()),
    ];

    public async ValueTask DisposeAsync()
    {
        await StopAppAsync();
        Http.Dispose();
        _directory.Dispose();
    }

    private async Task StartAppAsync()
    {
        var options = _adjust(new IbmCloudOptions
        {
            DataDirectory = DataDirectory,
            ApiKeys = [ApiKey],
            Hmac = [new HmacSeed(AccessKey, SecretKey)],
            LogLevel = Microsoft.Extensions.Logging.LogLevel.Warning,
        });
        _app = IbmCloudApp.Create(options);
        await _app.StartAsync(TestContext.Current.CancellationToken);
        Url = _app.Urls.Single();
        Http.Dispose();
        Http = new HttpClient { BaseAddress = new Uri(Url), Timeout = TimeSpan.FromSeconds(60) };
    }

    private async Task StopAppAsync()
    {
        if (_app is not null)
        {
            await _app.StopAsync(CancellationToken.None);
            await _app.DisposeAsync();
            _app = null;
        }
    }
}
