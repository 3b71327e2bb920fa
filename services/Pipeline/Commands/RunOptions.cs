using System.CommandLine;
using System.CommandLine.Parsing;
using Google.Protobuf.WellKnownTypes;
using TempoCos.Contracts;
using TempoCos.Pipeline.Doctor;

namespace TempoCos.Pipeline.Commands;

/// <summary>The options of a run, shared by <c>run</c> and <c>serve --run</c>.</summary>
internal sealed class RunOptions
{
    private readonly Option<string> _runId = new("--run-id") { Description = "Name of the run: r and 4 to 20 of a-z, 0-9. Drawn when not given.", HelpName = "RUN" };
    private readonly NumberOption<long> _traces = new("--traces", "Traces to send.", number => number is > 0 and <= 10_000_000, "must be between 1 and 10000000", 10);
    private readonly NumberOption<ulong> _seed = new("--seed", "Seed of the traces; 0 draws one.", _ => true, "must be a whole number from 0 on", 0);
    private readonly NumberOption<double> _rate = new("--rate", "Traces a second; 0 is as fast as they are taken.", number => number is >= 0 and <= 1_000_000, "must be between 0 and 1000000", 0);
    private readonly Option<bool> _keep = new("--keep") { Description = "Leave everything up; 'tempocos destroy RUN' removes it." };
    private readonly Option<bool> _rotateKey = new("--rotate-key")
    {
        Description = "Between sending and verifying, put a new HMAC key into the Secret, restart the run's TempoStack with it and revoke the old one.",
    };
    private readonly Option<bool> _naturalFlush = new("--natural-flush") { Description = "Wait for the ingester to flush by itself instead of asking it to." };
    private readonly DurationOption _writtenWithin = new("--written-within", "How long blocks may take to stand in the bucket.", TimeSpan.FromSeconds(60));
    private readonly DurationOption _listedWithin = new("--listed-within", "How long Tempo may take to list and read new blocks.", TimeSpan.FromSeconds(60));
    private readonly DurationOption _livesOnWithin = new("--lives-on-within", "How long a compaction may take to be seen, and retention once more.", TimeSpan.FromSeconds(60));
    private readonly Option<string> _rungs = new("--rungs")
    {
        Description = "Rungs to climb, such as 0-5 or 0,1,2: from 6 on the run's own TempoStack is disturbed. All when not given, without 7 with --keep; a rung that is named must be proven.",
        HelpName = "RUNGS",
    };
    private readonly DurationOption _timeout = new("--timeout", "How long the TempoStack may take to be ready.", TimeSpan.FromMinutes(5));
    private readonly Option<string> _region = new("--region") { Description = "IBM Cloud region of the bucket [default: us-east].", HelpName = "REGION" };
    private readonly Option<string> _storageClass = new("--storage-class") { Description = "Storage class of the bucket [default: standard].", HelpName = "CLASS" };
    private readonly Option<string> _endpointType = new("--endpoint-type") { Description = "Endpoint that Tempo is given: public, private or direct [default: public].", HelpName = "TYPE" };
    private readonly Option<string> _resourceGroup = new("--resource-group") { Description = "Resource group to make, or to use with --adopt resource-group [default: derived from the run].", HelpName = "NAME" };
    private readonly Option<string> _serviceInstance = new("--service-instance") { Description = "Cloud Object Storage instance to make, or to use with --adopt service-instance [default: derived from the run].", HelpName = "NAME" };
    private readonly Option<string> _bucket = new("--bucket") { Description = "Bucket to make, or to use, if it is empty, with --adopt bucket [default: derived from the run].", HelpName = "NAME" };
    private readonly Option<string> _namespace = new("--namespace") { Description = "Kubernetes namespace [default: tempocos-RUN].", HelpName = "NAME" };

    private readonly Option<string[]> _change = new("--change")
    {
        Description = "After the ladder was climbed once: change this field of the stack in place, send fresh traces and climb again, with the old ones and the fresh. May be repeated.",
        HelpName = "PATH=VALUE",
    };

    private readonly ManifestOption _manifest = new();
    private readonly StackRunOptions _stack = new();
    private readonly ReachRunOptions _reach = new();
    private readonly BucketRunOptions _bucketOptions = new();
    private readonly IgnoreOption _ignore = new();

    public RunOptions()
    {
        _runId.Validators.Add(result => OptionRule.Require(result, Runs.RunId.IsValid(result.GetValueOrDefault<string>()), "must be r and 4 to 20 of a-z, 0-9"));
        _rungs.Validators.Add(result => OptionRule.Require(result, RungRange.TryParse(result.GetValueOrDefault<string>(), out _), "must be all, or numbers from 0 to 7 and ranges of them, such as 0-5"));
        _change.Validators.Add(result => OptionRule.Require(result, (result.GetValueOrDefault<string[]>() ?? []).All(StackRunOptions.IsSet), "must be PATH=VALUE"));
    }

    public void AddTo(Command command)
    {
        _manifest.AddTo(command);
        foreach (var option in new System.CommandLine.Option[] { _runId, _traces, _seed, _rate, _keep, _rungs, _rotateKey, _change, _naturalFlush, _writtenWithin, _listedWithin, _livesOnWithin, _timeout, _region, _storageClass, _endpointType, _resourceGroup, _serviceInstance, _bucket, _namespace })
        {
            command.Add(option);
        }

        _stack.AddTo(command);
        _reach.AddTo(command);
        _bucketOptions.AddTo(command);
        _ignore.AddTo(command);
    }

    public RunRequest ToRequest(ParseResult parsed) => new()
    {
        RunId = parsed.GetValue(_runId) ?? "",
        Manifest = _manifest.Read(parsed),
        Set = { _stack.Set(parsed) },
        Stack = _stack.Read(parsed),
        Reach = _reach.Read(parsed),
        Change = { parsed.GetValue(_change) ?? [] },
        Traces = _traces.Read(parsed),
        Seed = _seed.Read(parsed),
        TracesPerSecond = _rate.Read(parsed),
        Keep = parsed.GetValue(_keep),
        RotateKey = parsed.GetValue(_rotateKey),
        Ignore = { _ignore.Read(parsed) },
        NaturalFlush = parsed.GetValue(_naturalFlush),
        WrittenWithin = _writtenWithin.Read(parsed).ToDuration(),
        ListedWithin = _listedWithin.Read(parsed).ToDuration(),
        LivesOnWithin = _livesOnWithin.Read(parsed).ToDuration(),
        Rungs = { RungRange.TryParse(parsed.GetValue(_rungs), out var rungs) ? rungs : [] },
        DeployTimeout = _timeout.Read(parsed).ToDuration(),
        Provision = _bucketOptions.Complete(parsed, new ProvisionRequest
        {
            Region = parsed.GetValue(_region) ?? "",
            StorageClass = parsed.GetValue(_storageClass) ?? "",
            EndpointType = parsed.GetValue(_endpointType) ?? "",
            ResourceGroup = parsed.GetValue(_resourceGroup) ?? "",
            ServiceInstance = parsed.GetValue(_serviceInstance) ?? "",
            Bucket = parsed.GetValue(_bucket) ?? "",
            Namespace = parsed.GetValue(_namespace) ?? "",
        }),
    };
}
