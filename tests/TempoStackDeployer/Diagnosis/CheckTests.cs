using TempoCos.Contracts;
using TempoCos.Doctor;
using TempoCos.TempoBlocks;
using TempoCos.TempoStackDeployer.Diagnosis;
using TempoCos.TempoStackDeployer.Diagnosis.Facts;
using TempoCos.TempoStackDeployer.Manifests;
using TempoCos.TempoStackDeployer.Readiness.Causes;

namespace TempoCos.TempoStackDeployer.Tests;

/// <summary>A healthy stack is all green; each fault turns one check red, and only that one.</summary>
public sealed class CheckTests
{
    private const string Lost = "level=error ts=2026-11-28T10:00:00Z caller=flush.go:287 msg=\"Block exceeded max completion errors. Deleting. POSSIBLE DATA LOSS\" tenant=single-tenant attempts=3";
    private const string Denied = "level=error msg=\"error running Tempo\" err=\"failed to create wal: mkdir /var/tempo/wal: permission denied\"";

    private static readonly Dictionary<string, (string Code, CheckSeverity Severity, string Says, Func<StackFacts> Make)> Faults = new()
    {
        ["a poll that costs"] = ("TC301", CheckSeverity.Warning, "every 1 s", () => Healthy.With("storage.trace.blocklist_poll", "1s")),
        ["a storm of 404s"] = ("TC301", CheckSeverity.Warning, "404", () => Healthy.Counting("querier", "tempodb_backend_request_duration_seconds_count{operation=\"GET\",status_code=\"404\"} 100000")),
        ["blocks past retention"] = ("TC302", CheckSeverity.Warning, "block_retention (2 d)", () => Healthy.OfBucket(bucket => bucket with { Objects = [.. bucket.Objects, Healthy.Object("meta.json", 50, "1d7c1b0e-6d0c-4a52-9d6f-0a4f9e1c2b3d")] })),
        ["blocks that are not deleted"] = ("TC302", CheckSeverity.Warning, "compacted_block_retention (1 h)", () => Healthy.OfBucket(bucket => bucket with { Objects = [.. bucket.Objects, Healthy.Object("meta.compacted.json", 3, "1d7c1b0e-6d0c-4a52-9d6f-0a4f9e1c2b3d")] })),
        ["a rotated key"] = ("TC303", CheckSeverity.Fail, "changed after 1 of 1 pods", () => Healthy.OfSecret(secret => secret with { Changed = Healthy.Now.AddMinutes(-5) })),
        ["another key in a pod"] = ("TC303", CheckSeverity.Fail, "another key", () => Healthy.OfSecret(secret => secret with { Uses = [secret.Uses[0] with { HasOtherKey = true }] })),
        ["a misnamed key"] = ("TC304", CheckSeverity.Fail, "access_key_id", () => Healthy.OfSecret(secret => secret with { Problem = new DiagnosticException("TC221", "traces/ibm-cos-secret", "The storage Secret has no value for the key access_key_id", "Add it.") })),
        ["a volume that is refused"] = ("TC304", CheckSeverity.Fail, "mkdir /var/tempo/wal: permission denied", () => Healthy.Saying("ingester", Denied)),
        ["a pod that ends"] = ("TC331", CheckSeverity.Fail, "tempo-simplest-querier-0 is not ready: it ends (TC338)", () => Healthy.Of("querier", querier => querier with { IsReady = false, Trouble = new Cause(CauseDepth.Crash, "TC338", "querier", "it", "it ends", "Look.") })),
        ["a pod that is slow"] = ("TC331", CheckSeverity.Warning, "it starts (TC339)", () => Healthy.Of("querier", querier => querier with { IsReady = false, Trouble = new Cause(CauseDepth.Unready, "TC339", "querier", "it", "it starts", "Wait.") })),
        ["a block that was given up"] = ("TC401", CheckSeverity.Fail, "traces are gone", () => Healthy.Saying("ingester", Lost)),
        ["flushes that failed"] = ("TC401", CheckSeverity.Warning, "4 flushes", () => Healthy.Counting("ingester", "tempo_ingester_failed_flushes_total 4")),
        ["no volume claim"] = ("TC401", CheckSeverity.Warning, "no volume claim", () => Healthy.Of("ingester", ingester => ingester with { HasVolumeClaim = false })),
        ["a race of flushes"] = ("TC402", CheckSeverity.Warning, "2 operations", () => Healthy.Of("ingester", ingester => ingester with { Log = ["level=info msg=\"flushing instance\" instance=single-tenant"], Metrics = MetricSamples.Parse($"{Healthy.Metrics}\ntempo_ingester_flush_queue_length 2") })),
        ["ingesters that forget too early"] = ("TC403", CheckSeverity.Fail, "shorter than", () => Healthy.With("ingester.complete_block_timeout", "1m")),
        ["ingesters that forget early"] = ("TC403", CheckSeverity.Warning, "2 times", () => Healthy.With("ingester.complete_block_timeout", "10m")),
        ["a pod's clock"] = ("TC404", CheckSeverity.Fail, "tempo-simplest-querier-0", () => Healthy.Of("querier", querier => querier with { Clock = TimeSpan.FromMinutes(-10) })),
        ["the store's clock"] = ("TC404", CheckSeverity.Warning, "object store", () => Healthy.OfBucket(bucket => bucket with { Clock = TimeSpan.FromSeconds(45) })),
        ["the API server's clock"] = ("TC404", CheckSeverity.Fail, "API server", () => Healthy.Facts with { ApiServerClock = TimeSpan.FromHours(1) }),
        ["senders in the past"] = ("TC404", CheckSeverity.Warning, "7 traces", () => Healthy.Counting("ingester", "tempo_warnings_total{tenant=\"single-tenant\",reason=\"outside_ingestion_time_slack\"} 7")),
        ["senders in the future"] = ("TC404", CheckSeverity.Warning, "3 spans", () => Healthy.Counting("distributor", "tempo_spans_distance_in_future_seconds_count{tenant=\"a\"} 5\ntempo_spans_distance_in_future_seconds_bucket{tenant=\"a\",le=\"300\"} 2")),
        ["a search that sees no blocks"] = ("TC405", CheckSeverity.Warning, "finds nothing", () => Healthy.Facts with { Search = new SearchFacts(0, 5, null, TimeSpan.FromHours(1)) }),
        ["a search that is refused"] = ("TC405", CheckSeverity.Warning, "refused (400", () => Healthy.Facts with { Search = new SearchFacts(null, 5, "400 http parameter start must be before end", TimeSpan.FromHours(1)) }),
        ["a local backend"] = ("TC406", CheckSeverity.Fail, "backend is local", () => Healthy.With("storage.trace.backend", "local")),
        ["another bucket"] = ("TC406", CheckSeverity.Fail, "the bucket elsewhere", () => Healthy.With("storage.trace.s3.bucket", "elsewhere")),
        ["a bucket with nothing but the seed"] = ("TC406", CheckSeverity.Fail, "tempo_cluster_seed.json is all", () => Healthy.OfBucket(bucket => bucket with { Objects = [new StoredObject("tempo_cluster_seed.json", 20, Healthy.Now)], Blocks = [] })),
        ["a key that the store refuses"] = ("TC406", CheckSeverity.Fail, "403 InvalidAccessKeyId", () => Healthy.OfBucket(bucket => bucket with { Refusal = "403 InvalidAccessKeyId" })),
        ["plain http to an https endpoint"] = ("TC406", CheckSeverity.Warning, "Tempo speaks plain http to https://s3.us-east.cloud-object-storage.appdomain.cloud: spec.storage.tls.enabled decides, not the scheme", () => Spoken(asked => asked with { IsTls = false, AsksForTls = false }, insecure: "true")),
        ["TLS to an http endpoint"] = ("TC406", CheckSeverity.Warning, "Tempo speaks TLS to http://127.0.0.1:9000: spec.storage.tls.enabled decides, not the scheme", () => Spoken(asked => asked with { IsHttps = false }, insecure: "false", "http://127.0.0.1:9000")),
        ["TLS that is asked for in vain"] = ("TC406", CheckSeverity.Warning, "though spec.storage.tls.enabled is true: the endpoint's scheme decides", () => Spoken(asked => asked with { IsHttps = false, IsTls = false, DecidedBy = "the endpoint's scheme" }, insecure: "true", "http://127.0.0.1:9000")),
        ["pods that speak as before"] = ("TC406", CheckSeverity.Warning, "the stack would have it otherwise by now", () => Healthy.With("storage.trace.s3.insecure", "true")),
        ["a damaged block"] = ("TC407", CheckSeverity.Fail, "bloom", () => Healthy.OfBucket(bucket => bucket with { Blocks = [new BlockFacts("single-tenant/x", ["0 bloom shards are there, its description says 1"])] })),
        ["spans over the rate"] = ("TC408", CheckSeverity.Fail, "12 rate_limited (limit ingestion.rate_limit_bytes", () => Healthy.Counting("distributor", "tempo_discarded_spans_total{reason=\"rate_limited\",tenant=\"a\"} 12")),
        ["spans refused at the receivers"] = ("TC408", CheckSeverity.Warning, "9 spans were refused", () => Healthy.Counting("distributor", "tempo_receiver_refused_spans{receiver=\"otlp\",transport=\"grpc\"} 9")),
    };

    public static TheoryData<string> Names => [.. Faults.Keys];

    [Fact]
    public void A_healthy_stack_is_all_green() =>
        StackChecks.All.Select(check => (check.Description.Id, check.Examine(Healthy.Facts).Severity, check.Examine(Healthy.Facts).Message)).ShouldAllBe(check => check.Severity == CheckSeverity.Pass);

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_fault_turns_one_check_red_and_only_that_one(string name)
    {
        var (code, severity, says, make) = Faults[name];
        var facts = make();

        var red = StackChecks.All.Select(check => (check.Description.Id, Finding: check.Examine(facts))).Where(check => check.Finding.Severity != CheckSeverity.Pass).ShouldHaveSingleItem();

        red.Id.ShouldBe(code);
        red.Finding.Severity.ShouldBe(severity);
        red.Finding.Message.ShouldContain(says);
        red.Finding.Fix.ShouldNotBeEmpty();
    }

    [Fact]
    public void There_is_a_fault_for_each_check() =>
        StackChecks.All.Select(check => check.Description.Id).ShouldBe(Faults.Values.Select(fault => fault.Code).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void What_cannot_be_asked_is_skipped_with_the_reason()
    {
        var deaf = Healthy.Facts with
        {
            Components = [.. Healthy.Facts.Components.Select(component => new ComponentFacts(component.Component, component.Pod) { Unreachable = "no answer within 5 s" })],
            Secret = new SecretFacts("ibm-cos-secret") { Unreadable = "secrets may not be read" },
            Bucket = new BucketFacts { Unreachable = "the bucket cannot be looked at from here" },
            Search = null,
            ApiServerClock = null,
        };

        foreach (var finding in StackChecks.All.Select(check => check.Examine(deaf)))
        {
            finding.Severity.ShouldBe(CheckSeverity.Skipped, finding.Message);
            finding.Message.ShouldNotBeEmpty();
        }

        StackChecks.All.Select(check => check.Examine(deaf).ToResult(check.Description, TimeSpan.Zero)).Worst().ShouldBe(CheckSeverity.Pass);
    }

    [Theory]
    [InlineData(false, CheckSeverity.Fail, "Tempo speaks plain http to https://")]
    [InlineData(true, CheckSeverity.Skipped, "refused")]
    public void A_Tempo_that_does_not_start_since_it_speaks_plain_http_to_an_https_store_is_told_before_anything_of_it_answers(bool agrees, CheckSeverity severity, string says)
    {
        var facts = Spoken(asked => asked with { IsTls = agrees, AsksForTls = agrees }, insecure: "") with { Bucket = new BucketFacts { Unreachable = "not from here" } };
        facts = facts with { Components = [.. facts.Components.Select(component => new ComponentFacts(component.Component, component.Pod) { Unreachable = "the connection is refused" })] };

        var finding = StackChecks.All.Single(check => check.Description.Id == "TC406").Examine(facts);

        finding.Severity.ShouldBe(severity);
        finding.Message.ShouldContain(says);
    }

    [Fact]
    public void A_bucket_that_stays_empty_is_more_than_the_way_to_it()
    {
        var facts = Spoken(asked => asked with { IsTls = false, AsksForTls = false }, insecure: "true");

        StackChecks.All.Single(check => check.Description.Id == "TC406").Examine(facts with { Bucket = facts.Bucket! with { Objects = [], Blocks = [] } }).Severity.ShouldBe(CheckSeverity.Fail);
    }

    private static StackFacts Spoken(Func<StoreTransport, StoreTransport> change, string insecure, string? endpoint = null)
    {
        var facts = Healthy.With("storage.trace.s3.insecure", insecure);
        return facts with { Transport = change(facts.Transport!), Secret = facts.Secret! with { Endpoint = endpoint ?? facts.Secret.Endpoint } };
    }

    [Fact]
    public void A_short_poll_of_a_run_is_no_warning_since_the_run_removes_it_again()
    {
        var facts = Healthy.With("storage.trace.blocklist_poll", "1s") with { IsOfARun = true };

        var finding = StackChecks.All.Single(check => check.Description.Id == "TC301").Examine(facts);

        finding.Severity.ShouldBe(CheckSeverity.Pass);
        finding.Message.ShouldContain("a run made this stack");
    }

    [Fact]
    public void A_TempoMonolithic_is_every_component_at_once()
    {
        var facts = Healthy.Facts with { Components = [Healthy.Facts.Components[1] with { Component = "tempo", Metrics = MetricSamples.Parse($"{Healthy.Metrics}\ntempo_ingester_failed_flushes_total 4") }] };

        StackChecks.All.Where(check => check.Examine(facts).Severity != CheckSeverity.Pass).ShouldHaveSingleItem().Description.Id.ShouldBe("TC401");
    }
}
