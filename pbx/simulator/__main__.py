from pbx.simulator.cli import main

if __name__ == "__main__":
    main()
