using System.Net;
using System.Text;
using Amazon.S3;
using Amazon.S3.Model;
using TempoCos.IbmCloud.Tests.Support;

namespace TempoCos.IbmCloud.Tests.S3;

public sealed class BucketTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_bucket_lives_from_creation_to_deletion()
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = emulator.S3();
        await s3.PutBucketAsync(new PutBucketRequest { BucketName = "life", PutBucketConfiguration = new PutBucketConfiguration { LocationConstraint = "eu-de-smart" } }, Cancelled);
        (await s3.GetBucketLocationAsync("life", Cancelled)).Location.Value.ShouldBe("eu-de-smart");
        (await s3.HeadBucketAsync(new HeadBucketRequest { BucketName = "life" }, Cancelled)).HttpStatusCode.ShouldBe(HttpStatusCode.OK);
        (await s3.ListBucketsAsync(Cancelled)).Buckets.ShouldHaveSingleItem().BucketName.ShouldBe("life");

        await s3.PutObjectAsync(new PutObjectRequest { BucketName = "life", Key = "k", ContentBody = "v" }, Cancelled);
        await FailsAsync(() => s3.DeleteBucketAsync("life", Cancelled), HttpStatusCode.Conflict, "BucketNotEmpty");
        await s3.DeleteObjectAsync("life", "k", Cancelled);
        (await s3.DeleteBucketAsync("life", Cancelled)).HttpStatusCode.ShouldBe(HttpStatusCode.NoContent);
        await FailsAsync(() => s3.HeadBucketAsync(new HeadBucketRequest { BucketName = "life" }, Cancelled), HttpStatusCode.NotFound, "NotFound");
        await FailsAsync(() => s3.DeleteBucketAsync("life", Cancelled), HttpStatusCode.NotFound, "NoSuchBucket");
    }

    [Theory]
    [InlineData("ab", "InvalidBucketName")]
    [InlineData("UpperCase", "InvalidBucketName")]
    [InlineData("two--dashes", "InvalidBucketName")]
    [InlineData("192.168.10.1", "InvalidBucketName")]
    [InlineData("cosv1-reserved", "InvalidBucketName")]
    [InlineData("good.name-1", null)]
    public async Task Names_follow_the_rules(string name, string? code)
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = emulator.S3();
        if (code is null)
        {
            (await s3.PutBucketAsync(name, Cancelled)).HttpStatusCode.ShouldBe(HttpStatusCode.OK);
        }
        else
        {
            await FailsAsync(() => s3.PutBucketAsync(name, Cancelled), HttpStatusCode.BadRequest, code);
        }
    }

    [Fact]
    public async Task A_location_that_does_not_exist_is_refused()
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = emulator.S3();
        foreach (var constraint in new[] { "us-east", "mars-standard", "us-onerate_active", "us-east-flex" })
        {
            await FailsAsync(
                () => s3.PutBucketAsync(new PutBucketRequest { BucketName = "where", PutBucketConfiguration = new PutBucketConfiguration { LocationConstraint = constraint } }, Cancelled),
                HttpStatusCode.BadRequest,
                "InvalidLocationConstraint");
        }
    }

    [Fact]
    public async Task A_taken_name_says_whose_it_is()
    {
        await using var emulator = await Emulator.StartAsync(options => options with { Hmac = [.. options.Hmac, new HmacSeed("other", "other-secret")] });
        using var s3 = await emulator.S3WithBucketAsync("taken", Cancelled);
        var again = new PutBucketRequest { BucketName = "taken", PutBucketConfiguration = new PutBucketConfiguration { LocationConstraint = "us-east-standard" } };
        await Should.ThrowAsync<BucketAlreadyOwnedByYouException>(() => s3.PutBucketAsync(again, Cancelled));
        using var other = emulator.S3("other", "other-secret");
        await FailsAsync(() => other.PutBucketAsync("taken", Cancelled), HttpStatusCode.Conflict, "BucketAlreadyExists");
        await FailsAsync(() => other.PutBucketAsync(again, Cancelled), HttpStatusCode.Conflict, "BucketAlreadyExists");

        // Where no location is asked for, S3 lets an owner create again what it has.
        (await s3.PutBucketAsync("taken", Cancelled)).HttpStatusCode.ShouldBe(HttpStatusCode.OK);

        await emulator.Http.PostAsync("/_/admin/name-reservations", new StringContent("""{"bucket":"foreign"}""", Encoding.UTF8, "application/json"), Cancelled);
        await FailsAsync(() => s3.PutBucketAsync("foreign", Cancelled), HttpStatusCode.Conflict, "BucketAlreadyExists");
    }

    [Fact]
    public async Task A_deleted_name_stays_reserved_when_the_knob_says_so()
    {
        await using var emulator = await Emulator.StartAsync(options => options with { Knobs = new Knobs { NameReservationSeconds = 3600 } });
        using var s3 = await emulator.S3WithBucketAsync("reserved", Cancelled);
        await s3.DeleteBucketAsync("reserved", Cancelled);
        await FailsAsync(() => s3.PutBucketAsync("reserved", Cancelled), HttpStatusCode.Conflict, "BucketAlreadyExists");
    }

    [Fact]
    public async Task An_account_has_a_limit_of_buckets()
    {
        await using var emulator = await Emulator.StartAsync(options => options with { Knobs = new Knobs { BucketLimit = 2 } });
        using var s3 = await emulator.S3WithBucketAsync("one", Cancelled);
        await s3.PutBucketAsync("two", Cancelled);
        await FailsAsync(() => s3.PutBucketAsync("three", Cancelled), HttpStatusCode.BadRequest, "TooManyBuckets");
    }

    [Fact]
    public async Task An_iam_token_creates_a_bucket_in_the_instance_that_its_header_names()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        var (_, instance, key) = await cloud.ProvisionAsync(emulator, Cancelled);
        using var without = await cloud.PutAsync("/by-token", new StringContent(""), Cancelled);
        without.StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        using var request = new HttpRequestMessage(HttpMethod.Put, "/by-token");
        request.Headers.Add("ibm-service-instance-id", instance.Text("crn"));
        request.Content = new StringContent("<CreateBucketConfiguration><LocationConstraint>us-south-vault</LocationConstraint></CreateBucketConfiguration>");
        using var created = await cloud.SendAsync(request, Cancelled);
        created.StatusCode.ShouldBe(HttpStatusCode.OK, await created.Content.ReadAsStringAsync(Cancelled));

        using var s3 = emulator.S3(key.Text("credentials", "cos_hmac_keys", "access_key_id"), key.Text("credentials", "cos_hmac_keys", "secret_access_key"));
        (await s3.GetBucketLocationAsync("by-token", Cancelled)).Location.Value.ShouldBe("us-south-vault");

        var configuration = await cloud.GetAsync("/_/config/v1/b/by-token", HttpStatusCode.OK, Cancelled);
        configuration.Text("service_instance_id").ShouldBe(instance.Text("guid"));
        await cloud.GetAsync("/_/config/v1/b/nobody", HttpStatusCode.NotFound, Cancelled);
    }

    [Fact]
    public async Task A_bucket_is_reached_by_host_name_too()
    {
        await using var emulator = await Emulator.StartAsync();
        using var s3 = await emulator.S3WithBucketAsync("hosted", Cancelled);
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = "hosted", Key = "k", ContentBody = "v" }, Cancelled);
        using var cloud = await emulator.SignInAsync(Cancelled);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/k");
        request.Headers.Host = "hosted.localhost";
        using var response = await cloud.SendAsync(request, Cancelled);
        (await response.Content.ReadAsStringAsync(Cancelled)).ShouldBe("v");
    }

    [Fact]
    public async Task Errors_are_xml_with_ibms_members()
    {
        await using var emulator = await Emulator.StartAsync();
        await emulator.S3WithBucketAsync("somebody", Cancelled);
        using var response = await emulator.Http.GetAsync("/somebody/nothing", Cancelled);
        response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        response.Headers.Server.ToString().ShouldBe("Cleversafe");
        response.Headers.GetValues("x-amz-request-id").Single().ShouldBe(response.Headers.GetValues("X-Clv-Request-Id").Single());
        var text = await response.Content.ReadAsStringAsync(Cancelled);
        text.ShouldContain("<Code>AccessDenied</Code>");
        text.ShouldContain("<httpStatusCode>403</httpStatusCode>");
        text.ShouldContain("<Resource>/somebody/nothing</Resource>");
    }

    private static async Task FailsAsync(Func<Task> call, HttpStatusCode status, string code)
    {
        var error = await Should.ThrowAsync<AmazonS3Exception>(call);
        error.ErrorCode.ShouldBe(code);
        error.StatusCode.ShouldBe(status);
    }
}
