using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.RegularExpressions;
using Amazon.S3.Model;
using Grpc.Core;
using TempoCos.Contracts;
using TempoCos.CosProvisioner.ObjectStorage;
using TempoCos.CosProvisioner.ObjectStorage.Emptying;

namespace TempoCos.CosProvisioner.Tests;

/// <summary>The emptying of buckets: in pages and side by side, seen, throttled, interrupted, refused, and against somebody who still writes.</summary>
public sealed partial class TeardownTests
{
    private const string RunId = "rteardown";
    private static readonly ProvisionRequest Request = new() { RunId = RunId };
    private static readonly Dictionary<string, string?> OneByOne = new() { ["Emptying:Concurrency"] = "1" };

    [Fact]
    public async Task Progress_is_told_while_objects_go_and_the_step_keeps_the_figures()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var host = await ServiceHost.StartAsync(sandbox);
        var provisioned = await host.ProvisionAsync(Request);
        await DeprovisionTests.FillAsync(sandbox, provisioned, objects: 4500, uploads: 3);
        await FaultAsync(sandbox, new { operation = "DeleteObjects", delayMilliseconds = 1100 });
        host.Events.Clear();

        (await host.DeprovisionAsync(RunId)).ObjectsDeleted.ShouldBe(4500);

        var told = host.Events.Where(@event => @event.Step == "remove-bucket" && @event.State == StepState.Running).Select(@event => @event.Message).ToList();
        told.ShouldContain(message => Told().IsMatch(message), string.Join('\n', told));
        var ended = host.Events.Single(@event => @event.Step == "remove-bucket" && @event.State == StepState.Succeeded);
        ended.Message.ShouldBe($"Removed bucket {provisioned.Bucket} and 4500 objects in it");
        ended.Evidence["objects"].ShouldBe("4500");
        int.Parse(ended.Evidence["objects_per_second"], System.Globalization.CultureInfo.InvariantCulture).ShouldBeGreaterThan(0);
        ended.Evidence.ShouldNotContainKey("slowed_down");
    }

    [Fact]
    public async Task Deletions_go_side_by_side_up_to_the_limit_and_in_batches()
    {
        await using var sandbox = await Sandbox.StartAsync();
        var gauge = new DeletionGauge();
        await using var host = await ServiceHost.StartAsync(sandbox, gauge.Wire(), settings: new Dictionary<string, string?> { ["Emptying:Concurrency"] = "3" });
        var provisioned = await host.ProvisionAsync(Request);
        await DeprovisionTests.FillAsync(sandbox, provisioned, objects: 4001, uploads: 0);
        await FaultAsync(sandbox, new { operation = "DeleteObjects", delayMilliseconds = 300 });

        (await host.DeprovisionAsync(RunId)).ObjectsDeleted.ShouldBe(4001);

        gauge.Bodies.Count.ShouldBe(5);
        gauge.MostAtOnce.ShouldBe(3);
    }

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    public async Task A_store_that_asks_for_less_gets_less_and_later_more_again(HttpStatusCode status)
    {
        await using var sandbox = await Sandbox.StartAsync();
        var turnedAway = 0;
        var gauge = new DeletionGauge
        {
            Answers = (deletion, _) => deletion <= 4 && Interlocked.Increment(ref turnedAway) > 0
                ? new HttpResponseMessage(status) { Headers = { RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromMilliseconds(20)) } }
                : null,
        };
        await using var host = await ServiceHost.StartAsync(sandbox, gauge.Wire());
        var provisioned = await host.ProvisionAsync(Request);
        await DeprovisionTests.FillAsync(sandbox, provisioned, objects: 5000, uploads: 0);

        (await host.DeprovisionAsync(RunId)).ObjectsDeleted.ShouldBe(5000);

        turnedAway.ShouldBe(4);
        var ended = host.Events.Single(@event => @event.Step == "remove-bucket" && @event.State == StepState.Succeeded);
        int.Parse(ended.Evidence["slowed_down"], System.Globalization.CultureInfo.InvariantCulture).ShouldBeInRange(1, 4);
        gauge.Bodies.Count.ShouldBe(5 + 4);
    }

    [Fact]
    public async Task Connections_that_break_before_and_after_and_a_store_that_is_busy_are_all_outlived()
    {
        await using var sandbox = await Sandbox.StartAsync();
        var inventory = await sandbox.InventoryAsync();
        await using var host = await ServiceHost.StartAsync(sandbox);
        await DeprovisionTests.FillAsync(sandbox, await host.ProvisionAsync(Request), objects: 3100, uploads: 2);
        await FaultAsync(sandbox, new object[]
        {
            new { operation = "DeleteObjects", status = 429, retryAfterSeconds = 1, count = 1 },
            new { operation = "DeleteObjects", drop = "after", count = 2 },
            new { operation = "DeleteObjects,ListObjectsV2,AbortMultipartUpload", drop = "before", after = 1, count = 2 },
            new { operation = "ListObjectsV2,ListMultipartUploads", status = 503, code = "SlowDown", count = 2 },
        });

        var deprovisioned = await host.DeprovisionAsync(RunId);

        deprovisioned.Leftovers.ShouldBeEmpty();
        deprovisioned.ObjectsDeleted.ShouldBeGreaterThanOrEqualTo(3100, "what was deleted by a request whose answer was lost may have been listed twice");
        host.Events.ShouldAllBe(@event => @event.State != StepState.Failed);
        host.Events.Single(@event => @event.Step == "remove-bucket" && @event.State == StepState.Succeeded).Evidence.ShouldContainKey("slowed_down");
        (await sandbox.InventoryAsync()).ShouldBe(inventory);
    }

    [Fact]
    public async Task Keys_that_could_not_be_deleted_just_then_are_tried_again_and_only_they()
    {
        await using var sandbox = await Sandbox.StartAsync();
        var gauge = new DeletionGauge
        {
            Answers = (deletion, _) => deletion switch
            {
                1 => Errors(("single-tenant/0000/data.parquet", "SlowDown"), ("single-tenant/0001/data.parquet", "InternalError"), ("single-tenant/0002/data.parquet", "NoSuchKey")),
                2 => Errors(("single-tenant/0001/data.parquet", "ServiceUnavailable")),
                _ => null,
            },
        };
        await using var host = await ServiceHost.StartAsync(sandbox, gauge.Wire());
        var provisioned = await host.ProvisionAsync(Request);
        await DeprovisionTests.FillAsync(sandbox, provisioned, objects: 3, uploads: 0);

        await host.DeprovisionAsync(RunId);

        gauge.Bodies[1].ShouldContain("<Key>single-tenant/0000/data.parquet</Key>");
        gauge.Bodies[1].ShouldContain("<Key>single-tenant/0001/data.parquet</Key>");
        gauge.Bodies[1].ShouldNotContain("0002");
        gauge.Bodies[2].ShouldContain("0001");
        gauge.Bodies[2].ShouldNotContain("0000");
        host.Events.ShouldAllBe(@event => @event.State != StepState.Failed);
    }

    [Fact]
    public async Task Keys_that_can_never_be_deleted_are_not_tried_for_ever()
    {
        await using var sandbox = await Sandbox.StartAsync();
        var gauge = new DeletionGauge { Answers = (_, _) => Errors(("single-tenant/0001/data.parquet", "SlowDown")) };
        await using var host = await ServiceHost.StartAsync(sandbox, gauge.Wire(), settings: OneByOne);
        var provisioned = await host.ProvisionAsync(Request);
        await DeprovisionTests.FillAsync(sandbox, provisioned, objects: 3, uploads: 0);

        await host.DeprovisionAsync(RunId);

        gauge.Bodies.Count.ShouldBe(7);
        var failed = host.Events.Single(@event => @event.Step == "remove-bucket" && @event.State == StepState.Failed);
        failed.Message.ShouldStartWith("TC502");
        failed.Message.ShouldContain("single-tenant/0001/data.parquet: SlowDown");
    }

    [Fact]
    public async Task A_key_that_may_not_be_deleted_is_named_with_the_reason_and_all_others_go()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var provisioner = new Provisioner(sandbox);
        var provisioned = await provisioner.ProvisionAsync(Request);
        await DeprovisionTests.FillAsync(sandbox, provisioned, objects: 1500, uploads: 1);
        const string Held = "single-tenant/1234/data.parquet";
        var gauge = new DeletionGauge { Answers = (_, body) => body.Contains(Held, StringComparison.Ordinal) ? Errors((Held, "AccessDenied")) : null };
        await using var host = await ServiceHost.StartAsync(sandbox, gauge.Wire());

        await host.DeprovisionAsync(RunId);

        var failed = host.Events.Single(@event => @event.Step == "remove-bucket" && @event.State == StepState.Failed);
        failed.Message.ShouldStartWith("TC502");
        failed.Message.ShouldContain($"1 object cannot be deleted, such as {Held}: AccessDenied");
        failed.Evidence["objects"].ShouldBe("1499");
    }

    [Fact]
    public async Task Somebody_who_writes_as_fast_as_we_delete_ends_it_with_a_clear_error()
    {
        await using var sandbox = await Sandbox.StartAsync();
        var wire = new Wire { Answers = request => request.Contains("list-type=2", StringComparison.Ordinal) ? List("single-tenant/again", DateTimeOffset.UtcNow) : null };
        await using var provisioner = new Provisioner(sandbox, wire);
        using var store = provisioner.Services.GetRequiredService<ObjectStore>().WithBearer(new StorageLocation("us-east", "public", sandbox.Url), "instance");
        var provisioned = await provisioner.ProvisionAsync(Request);

        var failure = await Should.ThrowAsync<DiagnosticException>(() =>
            new BucketEmptier(store, provisioned.Bucket, new EmptyingOptions(), TimeProvider.System).EmptyAsync(TestContext.Current.CancellationToken));

        failure.Code.ShouldBe("TC519");
        failure.Value.ShouldBe(provisioned.Bucket);
        failure.Reason.ShouldContain("single-tenant/again");
        wire.Requests.Count(request => request.StartsWith("POST /" + provisioned.Bucket, StringComparison.Ordinal)).ShouldBe(6);
    }

    [Fact]
    public async Task A_list_that_never_ends_since_somebody_writes_behind_it_is_left()
    {
        await using var sandbox = await Sandbox.StartAsync();
        var wire = new Wire { Answers = request => request.Contains("list-type=2", StringComparison.Ordinal) ? List("single-tenant/later", DateTimeOffset.UtcNow.AddMinutes(6), "more") : null };
        await using var provisioner = new Provisioner(sandbox, wire);
        using var store = provisioner.Services.GetRequiredService<ObjectStore>().WithBearer(new StorageLocation("us-east", "public", sandbox.Url), "instance");

        var provisioned = await provisioner.ProvisionAsync(Request);

        var failure = await Should.ThrowAsync<DiagnosticException>(() =>
            new BucketEmptier(store, provisioned.Bucket, new EmptyingOptions(), TimeProvider.System).EmptyAsync(TestContext.Current.CancellationToken));

        failure.Code.ShouldBe("TC519");
        failure.Reason.ShouldContain("single-tenant/later was written at");
    }

    [Fact]
    public async Task Keys_of_every_kind_go()
    {
        await using var sandbox = await Sandbox.StartAsync();
        var inventory = await sandbox.InventoryAsync();
        await using var host = await ServiceHost.StartAsync(sandbox);
        var provisioned = await host.ProvisionAsync(Request);
        string[] keys = ["a b", "a+b", "a&b<c>\"'", "ä/ö/ü", "%2F", "line\nbreak", "tab\there", "trailing/", "..%2e", "😀", new string('k', 1000), "return\rhere"];
        using (var store = await S3.OpenAsync(sandbox, provisioned))
        {
            foreach (var key in keys)
            {
                await store.PutObjectAsync(new PutObjectRequest { BucketName = provisioned.Bucket, Key = key, ContentBody = "x" }, TestContext.Current.CancellationToken);
            }
        }

        (await host.DeprovisionAsync(RunId)).ObjectsDeleted.ShouldBe(keys.Length);

        host.Events.ShouldAllBe(@event => @event.State != StepState.Failed);
        (await sandbox.InventoryAsync()).ShouldBe(inventory);
    }

    [Fact]
    public async Task After_kill_9_in_the_middle_the_next_call_goes_on_with_what_is_left()
    {
        await using var sandbox = await Sandbox.StartAsync();
        var inventory = await sandbox.InventoryAsync();
        await using (var provisioner = new Provisioner(sandbox))
        {
            await DeprovisionTests.FillAsync(sandbox, await provisioner.ProvisionAsync(Request), objects: 3200, uploads: 1);
        }

        // The second deletion is held back until the process that asks for it is dead, and then is not carried out: nothing goes on in the store while its objects are counted.
        await FaultAsync(sandbox, new { operation = "DeleteObjects", after = 1, count = 1, delayMilliseconds = 60_000 });
        var told = "";
        await using (var mortal = await ProvisionerProcess.StartAsync(Provisioner.Settings(sandbox, "home", OneByOne)))
        {
            await Should.ThrowAsync<RpcException>(() => mortal.DeprovisionAsync(RunId, step =>
            {
                if (step.Step == "remove-bucket" && step.Message.StartsWith("Deleted ", StringComparison.Ordinal) && told.Length == 0)
                {
                    told = step.Message;
                    mortal.Kill();
                }
            }));
        }

        told.ShouldNotBeEmpty("it was killed after some deletions");
        var left = await CountAsync(sandbox);
        left.ShouldBeInRange(1, 3199);
        await using var successor = new Provisioner(sandbox);
        var deprovisioned = await successor.DeprovisionAsync(RunId);

        deprovisioned.ObjectsDeleted.ShouldBe(left);
        deprovisioned.Leftovers.ShouldBeEmpty();
        (await sandbox.InventoryAsync()).ShouldBe(inventory);
    }

    [Fact]
    public async Task After_a_cancelled_call_the_next_one_goes_on()
    {
        await using var sandbox = await Sandbox.StartAsync();
        var inventory = await sandbox.InventoryAsync();
        await using var host = await ServiceHost.StartAsync(sandbox, settings: OneByOne);
        await DeprovisionTests.FillAsync(sandbox, await host.ProvisionAsync(Request), objects: 3200, uploads: 0);
        await FaultAsync(sandbox, new { operation = "DeleteObjects", delayMilliseconds = 800 });
        using var impatience = new CancellationTokenSource();
        using (var call = host.Client.Deprovision(new DeprovisionRequest { RunId = RunId }, cancellationToken: impatience.Token))
        {
            await Should.ThrowAsync<Grpc.Core.RpcException>(async () =>
            {
                while (await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
                {
                    if (call.ResponseStream.Current.Event?.Message.StartsWith("Deleted ", StringComparison.Ordinal) == true)
                    {
                        await impatience.CancelAsync();
                    }
                }
            });
        }

        var deprovisioned = await host.DeprovisionAsync(RunId);

        deprovisioned.ObjectsDeleted.ShouldBeInRange(1, 3199);
        deprovisioned.Leftovers.ShouldBeEmpty();
        (await sandbox.InventoryAsync()).ShouldBe(inventory);
    }

    [Fact]
    public async Task Whichever_request_of_the_emptying_is_the_last_the_next_call_ends_it()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var provisioner = new Provisioner(sandbox);
        var provisioned = await provisioner.ProvisionAsync(Request);
        var deaths = 0;
        for (var requests = 0; requests < 50; requests++)
        {
            await DeprovisionTests.FillAsync(sandbox, provisioned, objects: 1005, uploads: 2);
            var wire = new Wire { DiesAfter = requests, LosesLastAnswer = requests % 2 == 0 };
            await using (var mortal = new Provisioner(sandbox, wire))
            {
                await Record.ExceptionAsync(() => EmptyAsync(mortal, provisioned));
            }

            await EmptyAsync(provisioner, provisioned);
            (await CountAsync(sandbox)).ShouldBe(0, $"after {requests} requests");
            if (!wire.Died)
            {
                break;
            }

            deaths++;
        }

        // Token, uploads, two of them aborted, versioning, two pages and their deletion, one more list.
        deaths.ShouldBeInRange(9, 20);

        async Task EmptyAsync(Provisioner by, Provisioned what)
        {
            using var store = by.Services.GetRequiredService<ObjectStore>().WithBearer(new StorageLocation("us-east", "public", sandbox.Url), "instance");
            await new BucketEmptier(store, what.Bucket, new EmptyingOptions(), TimeProvider.System).EmptyAsync(TestContext.Current.CancellationToken);
        }
    }

    [Theory]
    [InlineData("Emptying:Concurrency", "0")]
    [InlineData("Emptying:PagesAhead", "1000")]
    public async Task A_limit_beyond_reason_is_refused_at_the_start(string setting, string value)
    {
        await using var sandbox = await Sandbox.StartAsync();

        var failure = await Should.ThrowAsync<Microsoft.Extensions.Options.OptionsValidationException>(() =>
            ServiceHost.StartAsync(sandbox, settings: new Dictionary<string, string?> { [setting] = value }));

        failure.Message.ShouldContain(setting.Split(':')[1]);
    }

    private static async Task FaultAsync(Sandbox sandbox, object fault)
    {
        using var http = new HttpClient();
        (await http.PostAsJsonAsync(new Uri($"{sandbox.Url}/_/admin/faults"), fault, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
    }

    private static async Task<long> CountAsync(Sandbox sandbox)
    {
        using var http = new HttpClient();
        var inventory = await http.GetFromJsonAsync<System.Text.Json.JsonElement>(new Uri($"{sandbox.Url}/_/admin/inventory"), TestContext.Current.CancellationToken);
        return inventory.GetProperty("buckets").EnumerateArray().Sum(bucket => bucket.GetProperty("objects").GetInt64());
    }

    private static HttpResponseMessage List(string key, DateTimeOffset modified, string? token = null) => Xml(
        $"""
        <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name><KeyCount>1</KeyCount><MaxKeys>1000</MaxKeys>
          <IsTruncated>{(token is null ? "false" : "true")}</IsTruncated>{(token is null ? "" : $"<NextContinuationToken>{token}</NextContinuationToken>")}
          <Contents><Key>{key}</Key><LastModified>{modified.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ}</LastModified><Size>1</Size></Contents>
        </ListBucketResult>
        """);

    private static HttpResponseMessage Errors(params ReadOnlySpan<(string Key, string Code)> errors)
    {
        var text = new StringBuilder("<DeleteResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">");
        foreach (var (key, code) in errors)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"<Error><Key>{key}</Key><Code>{code}</Code><Message>The store says {code}.</Message></Error>");
        }

        return Xml(text.Append("</DeleteResult>").ToString());
    }

    private static HttpResponseMessage Xml(string text) => new(HttpStatusCode.OK) { Content = new StringContent(text, Encoding.UTF8, "application/xml") };

    [GeneratedRegex("^Deleted [1-4],[05]00 objects from [a-z-]+, [0-9,]+ a second, (more than )?[0-9,]+ left \\([0-9]+ s\\)$")]
    private static partial Regex Told();
}
