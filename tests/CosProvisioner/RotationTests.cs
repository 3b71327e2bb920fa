using System.Net;
using System.Text;
using Amazon.S3;
using Grpc.Core;
using k8s;
using k8s.Models;
using TempoCos.Contracts;
using TempoCos.CosProvisioner.Ledger;
using TempoCos.IbmCloud;

namespace TempoCos.CosProvisioner.Tests;

/// <summary>Another HMAC key in the run's Secret, and the end of the one before.</summary>
public sealed class RotationTests
{
    private const string RunId = "rrotate";
    private const string Key = $"tempocos-{RunId}";
    private static readonly ProvisionRequest Request = new() { RunId = RunId };

    [Fact]
    public async Task A_second_key_is_proven_and_takes_the_firsts_place_in_the_Secret_and_both_are_in_force()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var provisioner = new Provisioner(sandbox);
        var provisioned = await provisioner.ProvisionAsync(Request);
        var (first, firstSecret) = await Rotator.InSecretAsync(sandbox, RunId);
        provisioner.Events.Clear();

        var rotated = await provisioner.RotateAsync(RunId);

        var (second, secondSecret) = await Rotator.InSecretAsync(sandbox, RunId);
        second.ShouldNotBe(first);
        (await Rotator.KeysAsync(sandbox, Key)).ShouldBe([Key, $"{Key}-2"]);
        rotated.OldKey.Replace("-", "", StringComparison.Ordinal).ShouldBe(first, "the sandbox makes access key ids of guids");
        rotated.NewKey.Replace("-", "", StringComparison.Ordinal).ShouldBe(second);
        (await IsAcceptedAsync(sandbox, provisioned.Bucket, first, firstSecret)).ShouldBeTrue();
        (await IsAcceptedAsync(sandbox, provisioned.Bucket, second, secondSecret)).ShouldBeTrue();
        provisioner.Events.Where(@event => @event.State == StepState.Succeeded).Select(@event => @event.Step).ShouldBe(["keys", "resource-key", "hmac-key", "secret"]);
        provisioner.Events.ShouldAllBe(@event => @event.Stage == "rotate");
        var text = string.Concat(provisioner.Events);
        text.ShouldNotContain(firstSecret);
        text.ShouldNotContain(secondSecret);
        text.ShouldNotContain(second);
    }

    [Fact]
    public async Task What_else_stands_in_the_Secret_stays_and_a_change_at_the_same_time_is_not_lost()
    {
        await using var sandbox = await Sandbox.StartAsync();
        var meddled = false;
        var wire = new Wire
        {
            Around = async (request, _, send) =>
            {
                // Between our look and our change somebody else labels the Secret.
                if (request.StartsWith("PUT /api/v1/namespaces", StringComparison.Ordinal) && !meddled)
                {
                    meddled = true;
                    await sandbox.Kubernetes.CoreV1.PatchNamespacedSecretAsync(
                        new V1Patch(new { metadata = new { labels = new { theirs = "kept" } }, stringData = new { note = "kept too" } }, V1Patch.PatchType.MergePatch),
                        "ibm-cos-secret", $"tempocos-{RunId}", cancellationToken: TestContext.Current.CancellationToken);
                }

                return await send();
            },
        };
        await using var provisioner = new Provisioner(sandbox, wire);
        await provisioner.ProvisionAsync(Request);

        await provisioner.RotateAsync(RunId);

        meddled.ShouldBeTrue();
        var secret = await sandbox.Kubernetes.CoreV1.ReadNamespacedSecretAsync("ibm-cos-secret", $"tempocos-{RunId}", cancellationToken: TestContext.Current.CancellationToken);
        secret.Metadata.Labels["theirs"].ShouldBe("kept");
        secret.Metadata.Labels["tempocos.dev/run"].ShouldBe(RunId);
        secret.Data.Keys.Order().ShouldBe(["access_key_id", "access_key_secret", "bucket", "endpoint", "note"]);
        wire.Requests.Count(request => request.StartsWith("PUT /api/v1/namespaces", StringComparison.Ordinal)).ShouldBe(2, "the first met the change and was refused");
    }

    [Fact]
    public async Task Once_more_makes_no_third_key_until_the_first_is_revoked()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var provisioner = new Provisioner(sandbox);
        await provisioner.ProvisionAsync(Request);

        var once = await provisioner.RotateAsync(RunId);
        var again = await provisioner.RotateAsync(RunId);
        again.ShouldBe(once);
        (await Rotator.KeysAsync(sandbox, Key)).ShouldBe([Key, $"{Key}-2"]);

        (await provisioner.RevokeAsync(RunId)).Keys.ShouldBe([once.OldKey]);
        (await Rotator.KeysAsync(sandbox, Key)).ShouldBe([$"{Key}-2"]);
        var third = await provisioner.RotateAsync(RunId);
        third.OldKey.ShouldBe(once.NewKey);
        (await Rotator.KeysAsync(sandbox, Key)).ShouldBe([$"{Key}-2", $"{Key}-3"]);
    }

    [Fact]
    public async Task Revoked_keys_are_refused_by_the_store_the_one_in_the_Secret_is_not_and_once_more_revokes_nothing()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var provisioner = new Provisioner(sandbox);
        var provisioned = await provisioner.ProvisionAsync(Request);
        var (first, firstSecret) = await Rotator.InSecretAsync(sandbox, RunId);
        var rotated = await provisioner.RotateAsync(RunId);
        provisioner.Events.Clear();

        var revoked = await provisioner.RevokeAsync(RunId);

        revoked.Keys.ShouldBe([rotated.OldKey]);
        revoked.RefusedAfter.ShouldNotBeNull();
        var (second, secondSecret) = await Rotator.InSecretAsync(sandbox, RunId);
        (await IsAcceptedAsync(sandbox, provisioned.Bucket, first, firstSecret)).ShouldBeFalse();
        (await IsAcceptedAsync(sandbox, provisioned.Bucket, second, secondSecret)).ShouldBeTrue();
        var step = provisioner.Events.Single(@event => @event is { Step: "revoke-key", State: StepState.Succeeded });
        step.Evidence["resource_key.old"].ShouldBe(rotated.OldKey);
        step.Evidence["refused_by"].ShouldBe("InvalidAccessKeyId");
        DateTimeOffset.Parse(step.Evidence["refused_at"], System.Globalization.CultureInfo.InvariantCulture).ShouldBeLessThanOrEqualTo(DateTimeOffset.UtcNow);
        provisioner.Events.Single(@event => @event is { Step: "keys", State: StepState.Succeeded }).Evidence["resource_key.kept"].ShouldBe(rotated.NewKey);

        (await provisioner.RevokeAsync(RunId)).Keys.ShouldBeEmpty();
        (await provisioner.DeprovisionAsync(RunId)).Leftovers.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_store_that_goes_on_to_accept_a_deleted_key_is_reported_after_a_bounded_time()
    {
        await using var sandbox = await Sandbox.StartAsync();
        var (first, lists) = ("", 0);
        var wire = new Wire
        {
            // As a gateway that has not heard of the deletion would: only the list that asks whether the key is refused.
            Answers = request => request.Contains("max-keys=1", StringComparison.Ordinal) && !request.Contains("prefix=", StringComparison.Ordinal) && first.Length > 0 && ++lists > 0 ? EmptyList() : null,
        };
        await using var provisioner = new Provisioner(sandbox, wire, settings: new Dictionary<string, string?> { ["Rotation:RefusedWithin"] = "00:00:02" });
        await provisioner.ProvisionAsync(Request);
        (first, _) = await Rotator.InSecretAsync(sandbox, RunId);
        var rotated = await provisioner.RotateAsync(RunId);

        var failure = await Should.ThrowAsync<DiagnosticException>(() => provisioner.RevokeAsync(RunId));

        failure.Code.ShouldBe("TC239");
        failure.Value.ShouldBe(rotated.OldKey);
        lists.ShouldBeGreaterThan(1);
        first = "";
        var again = await provisioner.RevokeAsync(RunId);
        again.Keys.ShouldBe([rotated.OldKey]);
        again.RefusedAfter.ShouldBeNull("its secret went with it");
        (await provisioner.RevokeAsync(RunId)).Keys.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_key_that_takes_its_time_to_be_known_is_waited_for()
    {
        await using var sandbox = await Sandbox.StartAsync(new Knobs { HmacPropagationSeconds = 1.5 });
        await using var provisioner = new Provisioner(sandbox);
        await provisioner.ProvisionAsync(Request);

        await provisioner.RotateAsync(RunId);

        int.Parse(provisioner.Events.Last(@event => @event is { Step: "hmac-key", State: StepState.Succeeded }).Evidence["rounds"], System.Globalization.CultureInfo.InvariantCulture)
            .ShouldBeGreaterThan(3);
    }

    [Fact]
    public async Task A_key_that_takes_its_time_to_be_forgotten_is_waited_for()
    {
        await using var sandbox = await Sandbox.StartAsync(new Knobs { HmacRevocationSeconds = 1.5 });
        await using var provisioner = new Provisioner(sandbox);
        await provisioner.ProvisionAsync(Request);
        await provisioner.RotateAsync(RunId);

        var revoked = await provisioner.RevokeAsync(RunId);

        revoked.RefusedAfter.ToTimeSpan().ShouldBeGreaterThan(TimeSpan.FromSeconds(0.5));
        provisioner.Events.Single(@event => @event is { Step: "revoke-key", State: StepState.Succeeded }).Evidence["refused_after_seconds"].ShouldNotBe("0");
    }

    [Fact]
    public async Task A_Secret_that_holds_no_key_of_the_run_keeps_every_key_alive()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var provisioner = new Provisioner(sandbox);
        await provisioner.ProvisionAsync(Request);
        await provisioner.RotateAsync(RunId);
        await sandbox.Kubernetes.CoreV1.PatchNamespacedSecretAsync(
            new V1Patch(new { stringData = new { access_key_id = "somebody-elses" } }, V1Patch.PatchType.MergePatch), "ibm-cos-secret", $"tempocos-{RunId}", cancellationToken: TestContext.Current.CancellationToken);

        var failure = await Should.ThrowAsync<DiagnosticException>(() => provisioner.RevokeAsync(RunId));

        (failure.Code, failure.Value).ShouldBe(("TC139", $"tempocos-{RunId}/ibm-cos-secret"));
        (await Rotator.KeysAsync(sandbox, Key)).ShouldBe([Key, $"{Key}-2"]);
        await provisioner.RotateAsync(RunId);
        (await provisioner.RevokeAsync(RunId)).Keys.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Keys_of_others_on_the_same_instance_are_never_touched()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var provisioner = new Provisioner(sandbox);
        await provisioner.ProvisionAsync(Request);
        var (instance, _) = await Foreign.FindKeyAsync(provisioner, Key);
        await Foreign.KeyAsync(provisioner, instance, $"{Key}-22");
        await Foreign.KeyAsync(provisioner, instance, $"{Key}-old");

        await provisioner.RotateAsync(RunId);
        await provisioner.RevokeAsync(RunId);

        (await Rotator.KeysAsync(sandbox, Key)).ShouldBe([$"{Key}-2", $"{Key}-22", $"{Key}-old"]);
    }

    [Theory]
    [InlineData("rnever", "tempocos-rnever", "ibm-cos-secret", "TC138")]
    [InlineData(RunId, $"tempocos-{RunId}", "another", "TC221")]
    [InlineData(RunId, "theirs", "ibm-cos-secret", "TC311")]
    [InlineData("No Run", "n", "s", "TC906")]
    public async Task What_cannot_be_rotated_is_said_before_anything_is_made(string runId, string @namespace, string name, string code)
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var host = await ServiceHost.StartAsync(sandbox);
        await host.ProvisionAsync(Request);
        await sandbox.Kubernetes.CoreV1.CreateNamespaceAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = "theirs" } }, cancellationToken: TestContext.Current.CancellationToken);
        await sandbox.Kubernetes.CoreV1.CreateNamespacedSecretAsync(
            new V1Secret { Metadata = new V1ObjectMeta { Name = "ibm-cos-secret" } }, "theirs", cancellationToken: TestContext.Current.CancellationToken);
        var inventory = await sandbox.InventoryAsync();

        var failure = await Should.ThrowAsync<RpcException>(async () =>
        {
            using var call = host.Client.RotateKey(
                new RotateKeyRequest { RunId = runId, Namespace = @namespace, SecretName = name }, cancellationToken: TestContext.Current.CancellationToken);
            await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken);
            while (await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
            {
            }
        });

        DiagnosticException.From(failure).ShouldNotBeNull().Code.ShouldBe(code);
        (await sandbox.InventoryAsync()).ShouldBe(inventory);
    }

    [Fact]
    public async Task A_run_that_is_provisioned_again_after_a_rotation_keeps_its_new_key()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var provisioner = new Provisioner(sandbox);
        await provisioner.ProvisionAsync(Request);
        await provisioner.RotateAsync(RunId);
        await provisioner.RevokeAsync(RunId);
        var key = await Rotator.InSecretAsync(sandbox, RunId);

        await provisioner.ProvisionAsync(Request);

        (await Rotator.InSecretAsync(sandbox, RunId)).ShouldBe(key);
        (await Rotator.KeysAsync(sandbox, Key)).ShouldBe([$"{Key}-2"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whichever_request_of_a_rotation_is_the_last_nothing_is_left_after_destroy(bool losesLastAnswer)
    {
        await using var sandbox = await Sandbox.StartAsync();
        var inventory = await sandbox.InventoryAsync();
        var namespaces = await sandbox.NamespacesAsync();
        var deaths = await DieAsync(sandbox, losesLastAnswer, $"r{(losesLastAnswer ? "lost" : "seen")}", async (runId, mortal) => await mortal.RotateAsync(runId), async runId =>
        {
            await using var successor = new Provisioner(sandbox);
            (await successor.DeprovisionAsync(runId)).Leftovers.ShouldBeEmpty(runId);
            (await sandbox.InventoryAsync()).ShouldBe(inventory, runId);
            (await sandbox.NamespacesAsync()).ShouldBe(namespaces, runId);
            successor.Services.GetRequiredService<LedgerStore>().ReadAll().ShouldBeEmpty(runId);
        });

        // Token, Secret, instance, keys, key, rounds of proof, Secret.
        deaths.ShouldBeInRange(15, 60);
    }

    [Fact]
    public async Task Whichever_request_of_a_rotation_is_the_last_the_next_one_goes_on_and_makes_no_third_key()
    {
        await using var sandbox = await Sandbox.StartAsync();
        var deaths = await DieAsync(sandbox, losesLastAnswer: true, "rgo", async (runId, mortal) => await mortal.RotateAsync(runId), async runId =>
        {
            await using var successor = new Provisioner(sandbox);
            await successor.RotateAsync(runId);
            (await Rotator.KeysAsync(sandbox, $"tempocos-{runId}")).ShouldBe([$"tempocos-{runId}", $"tempocos-{runId}-2"]);
            (await successor.RevokeAsync(runId)).Keys.Count.ShouldBe(1);
            (await Rotator.KeysAsync(sandbox, $"tempocos-{runId}")).ShouldBe([$"tempocos-{runId}-2"]);
            (await successor.DeprovisionAsync(runId)).Leftovers.ShouldBeEmpty(runId);
        });

        deaths.ShouldBeInRange(15, 60);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whichever_request_of_a_revocation_is_the_last_the_next_one_ends_it_and_nothing_is_left_after_destroy(bool losesLastAnswer)
    {
        await using var sandbox = await Sandbox.StartAsync();
        var inventory = await sandbox.InventoryAsync();
        var namespaces = await sandbox.NamespacesAsync();
        var turn = 0;
        var deaths = await DieAsync(
            sandbox,
            losesLastAnswer,
            $"rv{(losesLastAnswer ? "lost" : "seen")}",
            async (runId, mortal) => await mortal.RevokeAsync(runId),
            async runId =>
            {
                await using var successor = new Provisioner(sandbox);
                if (turn++ % 2 == 0)
                {
                    await successor.RevokeAsync(runId);
                    (await Rotator.KeysAsync(sandbox, $"tempocos-{runId}")).ShouldBe([$"tempocos-{runId}-2"]);
                    successor.Services.GetRequiredService<LedgerStore>().ReadAll().ShouldHaveSingleItem().Items
                        .Where(item => item.Kind == LedgerKind.ResourceKey).ShouldHaveSingleItem().Name.ShouldBe($"tempocos-{runId}-2");
                }

                (await successor.DeprovisionAsync(runId)).Leftovers.ShouldBeEmpty(runId);
                (await sandbox.InventoryAsync()).ShouldBe(inventory, runId);
                (await sandbox.NamespacesAsync()).ShouldBe(namespaces, runId);
                successor.Services.GetRequiredService<LedgerStore>().ReadAll().ShouldBeEmpty(runId);
            },
            async runId =>
            {
                await using var provisioner = new Provisioner(sandbox);
                await provisioner.RotateAsync(runId);
            });

        // Token, Secret, keys of both names, deletion, refusals, rounds of proof.
        deaths.ShouldBeInRange(15, 60);
    }

    // Dies at the first request, the second and so on, each time in a run of its own, until one ends well.
    private static async Task<int> DieAsync(
        Sandbox sandbox, bool losesLastAnswer, string prefix, Func<string, Provisioner, Task> work, Func<string, Task> check, Func<string, Task>? prepare = null)
    {
        for (var requests = 0; requests < 200; requests++)
        {
            var runId = $"{prefix}{requests:000}";
            await using (var provisioner = new Provisioner(sandbox))
            {
                await provisioner.ProvisionAsync(new ProvisionRequest { RunId = runId });
            }

            await (prepare?.Invoke(runId) ?? Task.CompletedTask);
            var wire = new Wire { DiesAfter = requests, LosesLastAnswer = losesLastAnswer };
            await using (var mortal = new Provisioner(sandbox, wire))
            {
                await Record.ExceptionAsync(() => work(runId, mortal));
            }

            await check(runId);
            if (!wire.Died)
            {
                return requests;
            }
        }

        throw new InvalidOperationException("it never ended well");
    }

    private static async Task<bool> IsAcceptedAsync(Sandbox sandbox, string bucket, string accessKey, string secretKey)
    {
        using var client = S3.Client(sandbox.Url, accessKey, secretKey);
        try
        {
            await client.ListObjectsV2Async(new Amazon.S3.Model.ListObjectsV2Request { BucketName = bucket }, TestContext.Current.CancellationToken);
            return true;
        }
        catch (AmazonS3Exception exception) when (exception.ErrorCode == "InvalidAccessKeyId")
        {
            return false;
        }
    }

    private static HttpResponseMessage EmptyList() => new(HttpStatusCode.OK)
    {
        Content = new StringContent(
            "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>b</Name><KeyCount>0</KeyCount><MaxKeys>1</MaxKeys><IsTruncated>false</IsTruncated></ListBucketResult>",
            Encoding.UTF8,
            "application/xml"),
    };
}
