using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using TempoCos.Contracts;
using TempoCos.IbmCloud;

namespace TempoCos.Doctor.Tests;

/// <summary>The emulator in this process, with a key and a bucket, and what it is told to do wrong.</summary>
internal sealed class Store : IAsyncDisposable
{
    public const string Bucket = "blocks";
    public const string AccessKey = "doctor-key";
    public const string SecretKey = "doctor-secret-0123456789";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tempocos-doctor-");
    private readonly WebApplication _app;
    private readonly HttpClient _http = new();

    private Store(Knobs knobs) => _app = IbmCloudApp.Create(new IbmCloudOptions
    {
        DataDirectory = _directory.FullName,
        ApiKeys = ["doctor-api-key"],
        Hmac = [new HmacSeed(AccessKey, SecretKey)],
        Knobs = knobs,
        LogLevel = LogLevel.Error,
    });

    public Uri Address { get; private set; } = null!;

    public StoreTarget Target => new(Address.GetLeftPart(UriPartial.Authority), Bucket, "", "us-east", AccessKey, SecretKey);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<Store> StartAsync(Knobs? knobs = null)
    {
        var store = new Store(knobs ?? new Knobs());
        await store._app.StartAsync(Cancelled);
        store.Address = new Uri(store._app.Urls.Single());
        (await store.AskAsync("PUT", "")).ShouldBe(200);
        return store;
    }

    public async Task FailAsync(string faults)
    {
        using var response = await _http.PostAsync(new Uri(Address, "/_/admin/faults"), new StringContent(faults, null, "application/json"), Cancelled);
        response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync(Cancelled));
    }

    public async Task TurnAsync(object knobs)
    {
        using var response = await _http.PostAsJsonAsync(new Uri(Address, "/_/admin/knobs"), knobs, Cancelled);
        response.IsSuccessStatusCode.ShouldBeTrue();
    }

    /// <summary>Keys that are in the bucket, and uploads that are not finished.</summary>
    public async Task<IReadOnlyList<string>> ContentAsync()
    {
        using var wire = new Wire.S3Wire(Target, Address, TimeProvider.System);
        var bucket = new Wire.S3Bucket(wire, new Canary(""));
        var page = Wire.ObjectPage.Read(await bucket.ListObjectsV2Async("", Cancelled));
        var uploads = await bucket.ListUploadsAsync("", Cancelled);
        return [.. page.Objects.Select(item => item.Key), .. uploads!.Select(upload => upload.Key)];
    }

    /// <summary>Keys of all versions and delete markers.</summary>
    public async Task<IReadOnlyList<string>> VersionsAsync()
    {
        using var wire = new Wire.S3Wire(Target, Address, TimeProvider.System);
        var answer = await new Wire.S3Bucket(wire, new Canary("")).GetBucketAsync("versions", Cancelled);
        return [.. answer.Expect(200).Xml!.Descendants().Where(element => element.Name.LocalName == "Key").Select(element => element.Value)];
    }

    /// <summary>A signed request to the bucket, or to a key or sub-resource of it.</summary>
    public async Task<int> AskAsync(string method, string key, string? body = null, params (string, string)[] query)
    {
        using var wire = new Wire.S3Wire(Target, Address, TimeProvider.System);
        var ask = new Wire.S3Ask(new HttpMethod(method), key.Length == 0 ? null : key) { Body = body is null ? null : System.Text.Encoding.UTF8.GetBytes(body), Query = query };
        return (await wire.SendAsync(ask, Cancelled)).Status;
    }

    public async Task<JsonObject> InventoryAsync() => (await _http.GetFromJsonAsync<JsonObject>(new Uri(Address, "/_/admin/inventory"), Cancelled))!;

    public Task<IReadOnlyList<CheckResult>> ExamineAsync(StoreTarget? target = null, StoreDoctorOptions? options = null) =>
        new StoreDoctor(target ?? Target, options).ExamineAsync(null, Cancelled);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _directory.Delete(recursive: true);
    }
}
