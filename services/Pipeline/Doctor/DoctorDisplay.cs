using System.Globalization;
using Spectre.Console;
using TempoCos.Contracts;
using TempoCos.Pipeline.Display;

namespace TempoCos.Pipeline.Doctor;

/// <summary>An examination for people: a spinner that says what is asked and a table at the end, or where nobody watches a line a check.</summary>
internal sealed class DoctorDisplay(bool isJson)
{
    private readonly bool _isLive = !isJson && !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Interactive;
    private readonly TextWriter _lines = isJson ? Console.Error : Console.Out;
    private readonly Lock _lock = new();
    private readonly List<string> _running = [];
    private StatusContext? _status;

    public Task<T> WatchAsync<T>(Func<Task<T>> examine) => _isLive
        ? AnsiConsole.Status().Spinner(Spinner.Known.Dots).StartAsync("examining", context =>
        {
            _status = context;
            return examine();
        })
        : examine();

    public void Began(string doing)
    {
        lock (_lock)
        {
            _running.Add(doing);
            _status?.Status(Markup.Escape(doing));
        }
    }

    public void Ended(string doing, CheckResult? result)
    {
        lock (_lock)
        {
            _running.Remove(doing);
            if (_running is [.., var last])
            {
                _status?.Status(Markup.Escape(last));
            }

            if (!_isLive && result is not null)
            {
                _lines.WriteLine($"{SeverityText.Of(result.Severity),-7} {result.Id} {result.Name,-24} {result.Message} ({Seconds(result)})");
            }
        }
    }

    public void Conclude(string subject, IReadOnlyList<CheckResult> results)
    {
        if (_isLive)
        {
            AnsiConsole.Write(Table(results));
        }

        foreach (var result in results.Where(result => result.Fix.Length > 0))
        {
            _lines.WriteLine();
            _lines.WriteLine($"{result.Id} {result.Name}: {SeverityText.Of(result.Severity)}");
            foreach (var (name, value) in result.Evidence.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                _lines.WriteLine($"  {name}: {value}");
            }

            _lines.WriteLine($"  fix: {result.Fix}");
            _lines.WriteLine($"  more: tempocos explain {result.Id}");
        }

        _lines.WriteLine();
        _lines.WriteLine($"{subject}: {Count(results, CheckSeverity.Pass)} passed, {Count(results, CheckSeverity.Warning)} warnings, {Count(results, CheckSeverity.Fail)} failed, {Count(results, CheckSeverity.Skipped)} not asked");
    }

    private static Table Table(IReadOnlyList<CheckResult> results)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("", "id", "check", "found", "took");
        foreach (var result in results)
        {
            var colour = result.Severity switch { CheckSeverity.Pass => "green", CheckSeverity.Warning => "yellow", CheckSeverity.Fail => "red", _ => "grey" };
            table.AddRow($"[{colour}]{SeverityText.Of(result.Severity)}[/]", result.Id, Markup.Escape(result.Name), Markup.Escape(result.Message), Seconds(result));
        }

        return table;
    }

    private static int Count(IReadOnlyList<CheckResult> results, CheckSeverity severity) => results.Count(result => result.Severity == severity);

    private static string Seconds(CheckResult result) => (result.Duration?.ToTimeSpan().TotalSeconds ?? 0).ToString("0.0 s", CultureInfo.InvariantCulture);
}
