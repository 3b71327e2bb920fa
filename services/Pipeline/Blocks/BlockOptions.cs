using System.CommandLine;
using TempoCos.Contracts;
using TempoCos.Pipeline.Commands;
using TempoCos.Pipeline.Connection;
using TempoCos.Pipeline.Display;
using TempoCos.Pipeline.S3;
using TempoCos.TempoBlocks;

namespace TempoCos.Pipeline.Blocks;

/// <summary>The options of every command on blocks, and how such a command runs and ends.</summary>
internal sealed class BlockOptions
{
    private readonly Option<string?> _tenant = new("--tenant") { Description = "Tenant [default: the only one].", HelpName = "ID" };
    private readonly Option<string> _format;
    private readonly S3Options _s3 = new();

    public BlockOptions(string? tenants = null, Option<string>? format = null)
    {
        _format = format ?? new("--format") { Description = "table for people, json for programs (docs/blocks.md has its shapes).", DefaultValueFactory = _ => "table" };
        _format.AcceptOnlyFromAmong("table", "json");
        _tenant.Description = tenants ?? _tenant.Description;
    }

    public void AddTo(Command command)
    {
        command.Add(_tenant);
        command.Add(_format);
        _s3.AddTo(command);
    }

    public async Task<int> InvokeAsync(ParseResult parsed, string where, Func<BlockSession, Task<int>> body)
    {
        using var interrupt = new Interrupt();
        using var progress = new BlockProgress(Console.Error, isShown: !Console.IsErrorRedirected);
        var location = new BlockLocation(where, "", "");
        var settings = S3Settings.None;
        try
        {
            location = BlockLocation.Parse(where);
            settings = location.Directory is null ? _s3.Read(parsed) : settings;
            using var client = location.Directory is null ? BucketClient.Create(settings, location) : null;
            IBlockStore store = client is null ? new LocalBlockStore(Existing(location)) : new S3BlockStore(client, location.Bucket, location.Prefix);
            return await body(new BlockSession(store, location, parsed.GetValue(_tenant), parsed.GetValue(_format) == "json", progress, interrupt.Token));
        }
        catch (Exception) when (interrupt.Token.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (BrokenPipeException)
        {
            return ExitCode.Proven;
        }
        catch (Exception exception)
        {
            progress.Clear();
            var diagnostic = BlockFailure.Translate(exception, location, settings);
            DiagnosticText.Write(Console.Error, diagnostic);
            return BlockFailure.ExitCodeOf(diagnostic);
        }
    }

    private static string Existing(BlockLocation location) => Directory.Exists(location.Directory)
        ? location.Directory
        : throw new DiagnosticException("TC246", location.ToString(), File.Exists(location.Directory) ? "this is a file, not a directory" : "there is no such directory", "Name the directory that holds the tenants' folders, or s3://BUCKET[/PREFIX].");
}
