using TempoCos.Contracts;
using TempoCos.IbmCloud;

try
{
    return await CommandLine.InvokeAsync(args, RunAsync);
}
catch (DiagnosticException diagnostic)
{
    await Console.Error.WriteLineAsync(diagnostic.Message);
    return 3;
}

static async Task<int> RunAsync(IbmCloudOptions options, CancellationToken cancellationToken)
{
    await using var app = IbmCloudApp.Create(options);
    await app.ListenAsync(options, cancellationToken);
    foreach (var url in app.Urls)
    {
        Console.WriteLine($"listening on {url}");
    }

    await app.WaitForShutdownAsync(cancellationToken);
    return 0;
}
