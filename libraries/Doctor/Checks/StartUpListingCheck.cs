using TempoCos.Doctor.Wire;

namespace TempoCos.Doctor.Checks;

/// <summary>
/// The one request that Tempo sends before it starts, here for one key only. When it fails Tempo ends with <c>unexpected error from ListObjects</c>, whatever the cause;
/// here each cause has its own words.
/// </summary>
internal sealed class StartUpListingCheck : StoreCheck
{
    public override CheckDescription Description { get; } = new("TC202", "start-up-listing", "Listing the bucket as Tempo does when it starts");

    public override string Fix => "Correct what the text names; Tempo does not start before this request succeeds.";

    public override async Task<Finding> RunAsync(Examination examination, CancellationToken cancellationToken)
    {
        var (target, form) = (examination.Target, examination.Form);
        var proxy = ProxyOf(form.Address!);
        Finding finding;
        try
        {
            var answer = await examination.Bucket.ListObjectsAsync(target.Prefix, "/", "", 1, cancellationToken);
            finding = Classify(answer, target, form).With("request", $"{answer.Ask}").With("answer", answer.Outcome).With("server", answer.Header("server"));
        }
        catch (Exception exception) when (Connection.Of(exception) is { } connection)
        {
            finding = Fatal(connection.Kind, $"{form.ForSecret}: {connection.Message}", connection.Fix);
        }

        return finding.With("endpoint", form.ForSecret).With("bucket", target.Bucket).With("proxy", proxy);
    }

    private Finding Classify(S3Answer answer, StoreTarget target, EndpointForm form) => answer switch
    {
        { Status: 200 } when answer.Xml?.Name.LocalName == "ListBucketResult" => Finding.Pass($"Tempo's first request succeeds: the bucket {target.Bucket} is there and the key may list it"),
        { Status: 407 } => Fatal("proxy", "a proxy asks for credentials", "Except the store from the proxy with NO_PROXY, here and for Tempo's pods."),
        _ when answer.Body.Length > 0 && answer.Xml?.Name.LocalName is not ("Error" or "ListBucketResult") => NotS3(answer),
        { Status: >= 300 and < 400 } or { Code: "PermanentRedirect" or "TemporaryRedirect" or "AuthorizationHeaderMalformed" or "IllegalLocationConstraintException" } => Fatal(
            "region",
            $"the bucket is in another region: {answer.Outcome}{Region(answer)}",
            $"Give the endpoint of the bucket's own region{(answer.Header("x-amz-bucket-region") is { } region ? $", {region}" : "")}; Tempo follows no redirect."),
        { Code: "SignatureDoesNotMatch" } => Fatal(
            "signature",
            "the store computes another signature: the secret does not belong to the key id, or something on the way changes requests",
            "Copy the secret again, without a line break at its end; see that no proxy rewrites host or path."),
        { Code: "InvalidAccessKeyId" } => Fatal(
            "unknown-key", "the store does not know the key id", "A new HMAC key takes a while to spread; else it is the key of another service, or an IAM API key where a HMAC key belongs."),
        { Code: "RequestTimeTooSkewed" } => Fatal("clock", "the store refuses the request for its time: this machine's clock is wrong", "Set the clock by NTP, here and on the nodes."),
        { Code: "NoSuchBucket" } or { Status: 404 } => Fatal(
            "bucket", $"there is no bucket {target.Bucket} at {form.ForSecret}", "Correct bucket or endpoint: a bucket of IBM Cloud is found at the endpoint of its own location only."),
        { Status: 405 or 501 } => Found("unsupported", $"the store does not offer this listing: {answer.Outcome}", "Tempo needs ListObjects version 1 with prefix and delimiter: it cannot work on this store."),
        { Status: 401 or 403 } => Found(
            "access",
            $"the key may not list the bucket: {answer.Outcome}{(answer.Message.Length > 0 ? $", {answer.Message}" : "")}",
            "Give the key the role Writer on the instance or the bucket, and look for a firewall or context restriction of the bucket."),
        { Status: 429 or 500 or 502 or 503 or 504 } => Fatal("busy", $"the store is busy or down: {answer.Outcome}, five times", "Run again later; if it stays so, look at the store's status."),
        _ => Found("other", $"Tempo's first request is refused: {answer.Outcome}{(answer.Message.Length > 0 ? $", {answer.Message}" : "")}", Fix),
    };

    private static Finding NotS3(S3Answer answer) => answer.Beginning.Contains("HTTP request to an HTTPS", StringComparison.OrdinalIgnoreCase)
        || answer.Beginning.Contains("plain HTTP request was sent to HTTPS", StringComparison.OrdinalIgnoreCase)
        ? Fatal("tls", "the port speaks TLS, but the endpoint says http", "Write https:// and set spec.storage.tls.enabled in the TempoStack.")
        : Fatal(
            "not-s3",
            $"the answer is not S3's: {answer.Status} {answer.Header("content-type")}, from {answer.Header("server") ?? answer.Header("via") ?? "an unnamed server"}",
            "Somebody else answers at this address: a proxy, a login page, a web console, or the store's other port.").With("body", answer.Beginning);

    private static string Region(S3Answer answer) => (answer.Header("x-amz-bucket-region") ?? answer.Header("location") ?? answer.Text("Endpoint") ?? answer.Text("Region")) is { } where ? $", {where}" : "";

    private static string? ProxyOf(Uri address)
    {
        var proxy = HttpClient.DefaultProxy;
        return proxy.IsBypassed(address) ? null : proxy.GetProxy(address)?.GetLeftPart(UriPartial.Authority);
    }

    // Whatever else is asked of the store would get the same answer.
    private static Finding Fatal(string kind, string message, string fix) => Found(kind, message, fix) with { EndsExamination = true };

    private static Finding Found(string kind, string message, string fix) => Finding.Fail(message, fix).With("cause", kind);
}
