namespace TempoCos.Doctor.Checks;

/// <summary>The operator wants an endpoint with a scheme, Tempo one without, and neither wants anything else in it.</summary>
internal sealed class EndpointFormatCheck : StoreCheck
{
    public override CheckDescription Description { get; } = new("TC201", "endpoint-format", "Reading the endpoint as the operator and Tempo will");

    public override string Fix => "Write scheme and host only, such as https://s3.us-east.cloud-object-storage.appdomain.cloud.";

    public override Task<Finding> RunAsync(Examination examination, CancellationToken cancellationToken)
    {
        var form = examination.Form;
        if (form.Address is null)
        {
            return Task.FromResult(Finding.Fail($"the endpoint cannot be used: {string.Join("; ", form.Errors)}", Fix).With("endpoint", examination.Target.Endpoint) with { EndsExamination = true });
        }

        var fix = $"Write {form.ForSecret} into the Secret, which in tempo.yaml is {form.ForTempo}{(form.Address.Scheme == Uri.UriSchemeHttp ? " with insecure: true; better an https endpoint, with spec.storage.tls.enabled" : "")}.";
        var finding = form switch
        {
            { Errors.Count: > 0 } => Finding.Fail($"the endpoint is not as Tempo needs it: {string.Join("; ", form.Errors.Concat(form.Warnings))}", fix),
            { Warnings.Count: > 0 } => Finding.Warn($"the endpoint works, but {string.Join("; ", form.Warnings)}", fix),
            _ => Finding.Pass($"{form.ForSecret} is an endpoint for the operator's Secret, and {form.ForTempo} for tempo.yaml"),
        };
        return Task.FromResult(finding
            .With("secret.endpoint", form.ForSecret)
            .With("storage.trace.s3.endpoint", form.ForTempo)
            .With("storage.trace.s3.insecure", form.Address.Scheme == Uri.UriSchemeHttp ? "true" : "false"));
    }
}
