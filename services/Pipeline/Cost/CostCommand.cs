using System.CommandLine;
using TempoCos.Contracts;
using TempoCos.Pipeline.Blocks;
using TempoCos.Pipeline.Commands;
using TempoCos.Pipeline.Connection;
using TempoCos.Pipeline.Display;
using TempoCos.Pipeline.Receipts;
using TempoCos.Pipeline.Runs;
using TempoCos.StorageCost.Projection;

namespace TempoCos.Pipeline.Cost;

/// <summary><c>tempocos cost</c>: what a Tempo costs in its bucket, before anybody pays for it.</summary>
internal static class CostCommand
{
    private const string Description = """
        Project what a Tempo costs in its bucket in a month of 30 days: requests by class of the
        bill, storage, traffic.

        The requests are counted in Tempo's source (2.10): polling of the block list, writing,
        compaction, retention, queries. Defaults are those that the Tempo operator gives to a
        TempoStack. Each line says how well it is known, each price where it comes from.

        Exit codes: 0 done, 2 usage, 3 environment (no such price, no such bucket), 130 interrupted.
        """;

    private const string DefaultRegion = "us-east";
    private const string DefaultClass = "standard";

    public static Command Create()
    {
        var command = new Command("cost", Description);
        var options = new CostOptions();
        options.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetResult("--from") is { } && result.GetResult("--from-run") is { })
            {
                result.AddError("--from and --from-run cannot be given together");
            }
        });
        command.SetAction((parsed, _) => options.From(parsed) is { } location
            ? options.Location.InvokeAsync(parsed, location, async session => await RunAsync(options, parsed, await StoredBlocks.CountAsync(session), null, session.Token))
            : GuardAsync(token => FromReceiptAsync(options, parsed, token)));
        return command;
    }

    private static async Task<int> FromReceiptAsync(CostOptions options, ParseResult parsed, CancellationToken token)
    {
        if (options.Run(parsed) is not { } run)
        {
            return await RunAsync(options, parsed, null, null, token);
        }

        var receipt = RunDirectory.All(RunDirectory.Home()).Where(directory => Path.GetFileName(directory.FullPath) == run).Select(directory => Receipt.TryRead(directory.Receipt)).FirstOrDefault();
        if (receipt is null)
        {
            throw new DiagnosticException("TC906", run, "no run of this name has a receipt here", "'tempocos status' lists the runs; TempoCos__Home says where they are.");
        }

        var found = receipt.Cost?.Bucket is { } bucket ? new StoredBlocks(1, bucket.Blocks, bucket.Bytes, 1)
            : throw new DiagnosticException("TC263", run, "its receipt does not say which blocks it wrote", "Take a run that reached rung 2, or give --blocks and --stored.");
        return await RunAsync(options, parsed, found, receipt.Store?.LocationConstraint, token);
    }

    private static async Task<int> RunAsync(CostOptions options, ParseResult parsed, StoredBlocks? found, string? locationConstraint, CancellationToken token)
    {
        var place = BucketPlace.Parse(locationConstraint);
        var region = options.Region(parsed) ?? place?.Region ?? DefaultRegion;
        var storageClass = options.StorageClass(parsed) ?? place?.StorageClass ?? DefaultClass;
        var load = options.Workload(parsed, found);
        var table = await PriceSource.ReadAsync(options.Prices(parsed), region, storageClass, options.Currency(parsed), token);
        var bill = MonthlyBill.Of(load, table, region, storageClass, options.EndpointType(parsed) == "public");
        var document = CostDocument.Of(load, bill, table, region, storageClass, options.EndpointType(parsed));
        if (options.IsJson(parsed))
        {
            JsonText.Write(Console.Out, document);
        }
        else
        {
            CostTable.Write(Console.Out, document, options.Explains(parsed));
        }

        return ExitCode.Proven;
    }

    private static async Task<int> GuardAsync(Func<CancellationToken, Task<int>> body)
    {
        using var interrupt = new Interrupt();
        try
        {
            return await body(interrupt.Token);
        }
        catch (OperationCanceledException) when (interrupt.Token.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (DiagnosticException diagnostic)
        {
            DiagnosticText.Write(Console.Error, diagnostic);
            return ExitCode.Environment;
        }
    }
}
