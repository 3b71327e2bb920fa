namespace TempoCos.Pipeline.Tests.Blocks;

public sealed class HelpTests
{
    [Theory]
    [InlineData("", "list show trace verify export 130 AWS_ACCESS_KEY_ID")]
    [InlineData("list", "LOCATION --spans --window --tenant --format --s3-endpoint --s3-region --s3-access-key --s3-secret-key --s3-path-style")]
    [InlineData("show", "BLOCK LOCATION --top --all --attributes --tenant --format --s3-endpoint")]
    [InlineData("trace", "ID LOCATION --compacted --tenant --format --s3-endpoint")]
    [InlineData("verify", "BLOCK LOCATION --quick --compacted --tenant --format --s3-endpoint")]
    [InlineData("export", "BLOCK LOCATION --compacted --tenant --format --s3-endpoint")]
    public async Task Help_names_what_there_is(string command, string named)
    {
        var help = (await BlocksRun.RunAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"])).ShouldEnd(0).Out;

        help.ShouldContain($"tempocos blocks {command}".TrimEnd());
        foreach (var name in named.Split(' '))
        {
            help.ShouldContain(name);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("list")]
    [InlineData("show 3737")]
    [InlineData("list . --format yaml")]
    [InlineData("list . --window 0")]
    [InlineData("list . --bogus")]
    [InlineData("bogus .")]
    public async Task Wrong_usage_is_exit_code_2_and_points_to_the_help(string arguments) =>
        (await BlocksRun.RunAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries))).ShouldEnd(2).Error.ShouldContain("--help'");
}
