using System.CommandLine;

namespace TempoCos.Pipeline.Blocks;

/// <summary><c>tempocos blocks</c>: what stands in a directory or bucket of Tempo blocks, without a Tempo.</summary>
internal static class BlocksCommand
{
    private const string Description = """
        Look into Tempo's blocks in a directory or a bucket, without a running Tempo.

        LOCATION is a directory that holds tenants (Tempo's storage.trace.local.path) or
        s3://BUCKET[/PREFIX].
        A block is named by its id or by the beginning of its id, if only one block begins so.

        Credentials come from the options, from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and
        AWS_SESSION_TOKEN, from the shared credentials file (AWS_PROFILE), or from the machine's
        role; region and endpoint also from AWS_REGION, AWS_ENDPOINT_URL_S3 and AWS_ENDPOINT_URL.
        Nothing is ever written.

        Exit codes: 0 done and sound, 1 not found or damaged, 2 usage, 3 environment (no such
        bucket, access denied), 130 interrupted.
        """;

    public static Command Create() => new("blocks", Description)
    {
        ListCommand.Create(),
        ShowCommand.Create(),
        TraceCommand.Create(),
        VerifyCommand.Create(),
        ExportCommand.Create(),
    };
}
