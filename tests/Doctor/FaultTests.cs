using TempoCos.Contracts;

namespace TempoCos.Doctor.Tests;

/// <summary>Each check has a fault that it finds, and that no other check takes for its own.</summary>
public sealed class FaultTests
{
    public static TheoryData<string, CheckSeverity, string, string> Faults => new()
    {
        // id, severity, faults, what the message or the evidence says
        { "TC202", CheckSeverity.Fail, """{"operation":"ListObjects","query":{"max-keys":"1"},"status":403,"code":"AccessDenied"}""", "access" },
        { "TC202", CheckSeverity.Fail, """{"operation":"ListObjects","query":{"max-keys":"1"},"status":501,"code":"NotImplemented"}""", "unsupported" },
        { "TC202", CheckSeverity.Fail, """{"operation":"ListObjects","query":{"max-keys":"1"},"status":405,"code":"MethodNotAllowed"}""", "unsupported" },
        { "TC203", CheckSeverity.Warning, """{"operation":"PutObjectTagging","key":"*-rights-*","status":403}""", "PutObjectTagging" },
        { "TC204", CheckSeverity.Warning, """{"operation":"PutObject","key":"*-payload-modes-*","headers":{"x-amz-content-sha256":"STREAMING-*-TRAILER"},"status":501,"code":"NotImplemented"}""", "trailer CRC32, signed" },
        { "TC204", CheckSeverity.Warning, """{"operation":"UploadPart","key":"*-payload-modes-*","headers":{"x-amz-checksum-crc32":"?*"},"status":400,"code":"InvalidArgument"}""", "header CRC32" },
        { "TC204", CheckSeverity.Fail, """{"operation":"PutObject","key":"*-payload-modes-*","headers":{"x-amz-content-sha256":"STREAMING-AWS4-HMAC-SHA256-PAYLOAD"},"status":400,"code":"XAmzContentSHA256Mismatch"}""", "as Tempo sends" },
        { "TC205", CheckSeverity.Fail, """{"operation":"UploadPart","key":"*-multipart-*equal","query":{"partNumber":"2"},"status":400,"code":"EntityTooSmall"}""", "EntityTooSmall" },
        { "TC205", CheckSeverity.Fail, """{"operation":"CompleteMultipartUpload","key":"*-multipart-unequal","status":400,"code":"InvalidPart"}""", "same length" },
        { "TC205", CheckSeverity.Fail, """{"operation":"GetObject","key":"*-multipart-*equal","corrupt":true}""", "read back changed" },
        { "TC206", CheckSeverity.Fail, """{"operation":"ListObjects,ListObjectsV2","query":{"prefix":"*-listing-order-"},"unsorted":true}""", "order" },
        { "TC206", CheckSeverity.Fail, """{"operation":"ListObjectsV2","query":{"prefix":"*-listing-order-","start-after":"?*"},"ignoreStartAfter":true}""", "before the beginning" },
        { "TC208", CheckSeverity.Fail, """{"operation":"ListObjectsV2","query":{"prefix":"*-consistency-*"},"hideSeconds":60}""", "a new object is not listed" },
        { "TC208", CheckSeverity.Fail, """{"operation":"GetObject","key":"*-consistency-*","status":404,"code":"NoSuchKey","count":1}""", "a new object is not read" },
        { "TC209", CheckSeverity.Fail, """{"operation":"GetObject","key":"*-integrity-*","corrupt":true}""", "read back changed" },
        { "TC209", CheckSeverity.Fail, """{"operation":"GetObject","key":"*-integrity-*","truncateQuietly":true}""", "bytes were written" },
        { "TC209", CheckSeverity.Warning, """{"operation":"PutObject,GetObject,HeadObject","key":"*-integrity-*","etag":"\"00000000000000000000000000000000\""}""", "not the MD5" },
        { "TC210", CheckSeverity.Warning, """{"operation":"GetObject","key":"*-integrity-*","status":503,"code":"SlowDown","count":2}""", "turned away" },
        { "TC210", CheckSeverity.Warning, """{"operation":"PutObject","key":"*-rights-*","status":429,"code":"TooManyRequests","count":1}""", "turned away" },
        { "TC210", CheckSeverity.Warning, """{"operation":"GetObject","key":"*-consistency-*","drop":"before","count":1}""", "connections broke" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_fault_turns_its_own_check_red_and_only_it(string id, CheckSeverity severity, string faults, string says)
    {
        await using var store = await Store.StartAsync();
        await store.FailAsync(faults);

        var results = await store.ExamineAsync();

        OnlyThat(results, id, severity, says);
        (await store.ContentAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("GetObject", "read")]
    [InlineData("PutObject", "write")]
    [InlineData("ListObjectsV2", "list")]
    [InlineData("DeleteObject", "delete")]
    public async Task A_key_that_lacks_a_right_is_told_which_and_nothing_is_asked_that_needs_it(string operation, string right)
    {
        await using var store = await Store.StartAsync();
        await store.FailAsync($$"""{"operation":"{{operation}}","status":403,"code":"AccessDenied"}""");

        var results = await store.ExamineAsync();

        var rights = results.Single(result => result.Id == "TC203");
        rights.Severity.ShouldBe(CheckSeverity.Fail);
        rights.Message.ShouldContain($"may not {right}");
        rights.Fix.ShouldContain("Writer");
        results.Where(result => result.Severity is CheckSeverity.Fail or CheckSeverity.Warning).Select(result => result.Id).ShouldBe(["TC203"]);
        results.Count(result => result.Severity == CheckSeverity.Skipped && result.Message.Contains("TC203", StringComparison.Ordinal)).ShouldBeGreaterThanOrEqualTo(6);
    }

    [Theory]
    [InlineData(60, CheckSeverity.Warning)]
    [InlineData(-600, CheckSeverity.Fail)]
    [InlineData(3600, CheckSeverity.Fail)]
    public async Task A_wrong_clock_is_one_finding_also_where_the_store_refuses_every_request_for_it(int seconds, CheckSeverity severity)
    {
        await using var store = await Store.StartAsync();
        await store.TurnAsync(new { clockSkewSeconds = seconds });

        OnlyThat(await store.ExamineAsync(), "TC207", severity, seconds > 0 ? "behind" : "ahead");
    }

    [Fact]
    public async Task A_slow_store_is_a_warning()
    {
        await using var store = await Store.StartAsync();
        await store.FailAsync("""{"operation":"GetObject","key":"*-throttling-and-latency-*","delayMilliseconds":400}""");

        OnlyThat(await store.ExamineAsync(options: new StoreDoctorOptions { SlowAfter = TimeSpan.FromMilliseconds(390) }), "TC210", CheckSeverity.Warning, "half of the small reads");
    }

    [Theory]
    [InlineData("{0}/", CheckSeverity.Warning, "slash")]
    [InlineData("{0}/blocks", CheckSeverity.Fail, "the bucket is in its path")]
    [InlineData(" {0}", CheckSeverity.Fail, "white space")]
    [InlineData("{0}?x=y", CheckSeverity.Fail, "more in it")]
    public async Task An_endpoint_that_is_not_as_it_should_be_is_told_and_the_store_behind_it_examined(string form, CheckSeverity severity, string says)
    {
        await using var store = await Store.StartAsync();
        var right = store.Target.Endpoint;

        var results = await store.ExamineAsync(store.Target with { Endpoint = string.Format(System.Globalization.CultureInfo.InvariantCulture, form, right) });

        OnlyThat(results, "TC201", severity, says);
        var result = results.Single(item => item.Id == "TC201");
        result.Fix.ShouldContain(right);
        result.Evidence["storage.trace.s3.endpoint"].ShouldBe(new Uri(right).Authority);
    }

    [Fact]
    public async Task An_upload_that_nobody_finished_is_a_warning()
    {
        await using var store = await Store.StartAsync();
        (await store.AskAsync("POST", "single-tenant/block", "", ("uploads", ""))).ShouldBe(200);

        OnlyThat(await store.ExamineAsync(options: new StoreDoctorOptions { DanglingAfter = TimeSpan.FromMinutes(-1) }), "TC205", CheckSeverity.Warning, "never finished");
        (await store.ContentAsync()).ShouldBe(["single-tenant/block"]);
    }

    [Fact]
    public async Task Somebody_elses_objects_are_a_warning_and_tempos_own_are_none()
    {
        await using var store = await Store.StartAsync();
        await store.AskAsync("PUT", "single-tenant/0193f0a2-0000-7000-8000-000000000000/meta.json", "{}");
        await store.AskAsync("PUT", "single-tenant/index.json.gz", "");
        await store.AskAsync("PUT", "tempo_cluster_seed.json", "{}");
        (await store.ExamineAsync()).Where(result => result.Severity != CheckSeverity.Pass).Select(Show.Of).ShouldBeEmpty();

        await store.AskAsync("PUT", "holiday/photo.jpeg", "x");

        OnlyThat(await store.ExamineAsync(), "TC502", CheckSeverity.Warning, "holiday/photo.jpeg");
    }

    [Fact]
    public async Task A_bucket_that_keeps_versions_is_a_warning_and_no_version_of_a_canary_stays()
    {
        await using var store = await Store.StartAsync();
        (await store.AskAsync("PUT", "", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>", ("versioning", ""))).ShouldBe(200);

        OnlyThat(await store.ExamineAsync(), "TC502", CheckSeverity.Warning, "old versions");

        (await store.VersionsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task In_a_bucket_that_locks_objects_nothing_is_written()
    {
        await using var store = await Store.StartAsync();
        (await store.AskAsync("PUT", "", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>", ("versioning", ""))).ShouldBe(200);
        const string Lock = "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention><Mode>COMPLIANCE</Mode><Days>3</Days></DefaultRetention></Rule></ObjectLockConfiguration>";
        (await store.AskAsync("PUT", "", Lock, ("object-lock", ""))).ShouldBe(200);

        var results = await store.ExamineAsync();

        var cleanUp = results.Single(result => result.Id == "TC502");
        cleanUp.Severity.ShouldBe(CheckSeverity.Fail);
        cleanUp.Message.ShouldContain("locked for 3 days");
        results.Where(result => result.Severity is CheckSeverity.Fail or CheckSeverity.Warning).ShouldHaveSingleItem();
        (await store.VersionsAsync()).ShouldBeEmpty();
    }

    private static void OnlyThat(IReadOnlyList<CheckResult> results, string id, CheckSeverity severity, string says)
    {
        results.Where(result => result.Severity != CheckSeverity.Pass && result.Id != id).Select(Show.Of).ShouldBeEmpty();
        var found = results.Single(result => result.Id == id);
        found.Severity.ShouldBe(severity, Show.Of(found));
        Show.Of(found).ShouldContain(says);
        found.Fix.ShouldNotBeEmpty();
    }
}
